/* Two networks on the same images: is one better, or was it luck? McNemar's test (1947): the images
 * that both get right, or both wrong, say nothing. Of the others each is a coin, if neither network
 * is better: it falls to the first or to the second. */
#ifndef COMPARISON_H
#define COMPARISON_H

#include "predictions.h"

typedef struct Comparison {
    int both, first_alone, second_alone, neither; /* images that are right */
} Comparison;

/* Both of the same images, in the same order. */
Comparison predictions_compare(const Predictions *first, const Predictions *second);

/* How probable it is that first_alone + second_alone fair coins fall as unevenly as this, or more:
 * with n coins of which k fall to the rarer side, 2 * (sum of C(n, i) for i = 0 to k) / 2^n, at
 * most 1. */
double mcnemar_probability(int first_alone, int second_alone);

/* Prints who is right where, the accuracies with their sampling errors, and the test. */
void comparison_print(const Comparison *comparison);

#endif
