/* Softmax, cross-entropy and a linear model in double: what the exercises of training are compared
 * with. */
#ifndef EXERCISES_REFERENCE_SOFTMAX_H
#define EXERCISES_REFERENCE_SOFTMAX_H

#include "harness.h"

#include <math.h>

/* The mean loss; probabilities (N, K). Logits (N, K) are rounded to float first. */
double reference_softmax(int batch, int classes, double smoothing, const double *logits,
                         const int *labels, double *probabilities);

#endif
