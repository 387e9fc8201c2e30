/* Images of a test set that are in the training set, too, or nearly. A network may know those by
 * heart; they test nothing. */
#ifndef COPIES_H
#define COPIES_H

#include "predictions.h"

typedef struct Nearest {
    int number;         /* of an image; -1: none is near enough */
    double grey_levels; /* the root mean square difference of the pixels' bytes */
} Nearest;

/* For each image of `images` the nearest one of `among`, if they differ by at most `most` grey
 * levels; of equally near ones the first. Both have images of one size. The caller frees the result
 * with free(). */
Nearest *nearest_images(const Dataset *images, const Dataset *among, double most);

/* Prints how many test images the training set has nearly, and what they are worth to the network
 * whose predictions these are; leaves 11_copies.png, the nearest pairs, in the directory. */
void review_copies(const Predictions *predictions, const Dataset *test, const Dataset *training,
                   const char *directory);

#endif
