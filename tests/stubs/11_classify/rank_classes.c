/* Exercise 11_classify, part 2: from logits to ranked tags.
 *
 * ranked[0] is the class with the largest logit, ranked[1] the next, and so on, `count` in all. Of
 * equal logits, the smaller class number comes first. Each has its probability, the softmax over
 * all classes:
 *     probability(k) = exp(logits(k)) / sum over j of exp(logits(j)).
 *
 * Step by step:
 *   1. The largest logit, and the sum of exp(logit - largest) over all classes, in double: exactly
 *      as in softmax_cross_entropy_forward_loops (chapter 8).
 *   2. For each place from 0 to count - 1, find the best class among those that have no place yet.
 *      Compare logits: softmax keeps their order, but small probabilities are rounded to 0.
 *   3. Store its number and its probability. */
#include "pieces/classify.h"

#include <math.h>
#include <stdbool.h>

void rank_classes(int classes, const float *logits, int count, RankedClass *ranked) {
    /* CODE HERE */
}
