/* What a network says of every image of a data set, and how that agrees with the labels. */
#ifndef PREDICTIONS_H
#define PREDICTIONS_H

#include "inference.h"

typedef struct Predictions {
    int count;
    int *labels, *classes; /* class numbers: the labels, and what the network says */
    float *probabilities;  /* of the classes that the network says */
} Predictions;

/* Runs the network on all images. Images of another size than the network's are resized and cropped
 * as in a training with --resize. Ends the program if the channels or the classes differ. */
Predictions predictions_new(const Classifier *classifier, const Dataset *dataset);
void predictions_free(Predictions *predictions);

/* The number of right predictions. */
int predictions_right(const Predictions *predictions);

/* Writes the numbers of up to `most` wrong images, the most probable predictions first; returns how
 * many. */
int predictions_worst(const Predictions *predictions, int most, int *numbers);

/* The images whose probability p is from <= p < to. */
typedef struct Confidence {
    double from, to;
    int count, right;
    double probability; /* the mean; 0 if there are no images */
} Confidence;

enum { CONFIDENCES = 7 };

/* Sorts the images by their probability: below 0.5, 0.6, 0.7, 0.8, 0.9, 0.99, and the rest. Returns
 * the expected calibration error over these (Guo et al. 2017, eq. 3): the mean over all images of
 * |mean probability - fraction right| of an image's own group. */
double predictions_calibration(const Predictions *predictions, Confidence groups[CONFIDENCES]);

#endif
