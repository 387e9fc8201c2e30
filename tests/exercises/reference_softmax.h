/* Softmax, cross-entropy and a linear model in double: what the exercises of training are compared
 * with. */
#ifndef EXERCISES_REFERENCE_SOFTMAX_H
#define EXERCISES_REFERENCE_SOFTMAX_H

#include "harness.h"

#include <math.h>

/* What softmax should give for class k of an image with this label. */
double reference_target(int classes, double smoothing, int label, int k);

/* The mean loss; probabilities (N, K). Logits (N, K) are rounded to float first. */
double reference_softmax(int batch, int classes, double smoothing, const double *logits,
                         const int *labels, double *probabilities);

#endif
