/* A network's review on a whole test set: how often the network is right, which classes it
 * exchanges, how far its probabilities can be trusted, and pictures of where it errs. */
#ifndef REVIEW_H
#define REVIEW_H

#include "inference.h"

/* Prints the accuracy, the confusion matrix (its largest exchanges alone if there are many classes)
 * and the calibration; leaves 11_confusion.png, 11_wrong.png (the most confidently wrong images)
 * and 11_maps.png (class activation maps of one right image per class) in the directory. */
void review_test_set(const Classifier *classifier, const Dataset *dataset, const char *directory);

#endif
