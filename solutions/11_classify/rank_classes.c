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

/* By logits, not by probabilities: softmax keeps their order, but very small ones all become 0. */
static bool is_before(const float *logits, int a, int b) {
    return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
}

void rank_classes(int classes, const float *logits, int count, RankedClass *ranked) {
    /* stub: */
    double largest = logits[0];
    for (int k = 1; k < classes; k++)
        largest = fmax(largest, logits[k]);
    double sum = 0;
    for (int k = 0; k < classes; k++)
        sum += exp(logits[k] - largest);

    for (int place = 0; place < count; place++) {
        int best = -1; /* of the classes behind the one in the place before */
        for (int k = 0; k < classes; k++)
            if ((place == 0 || is_before(logits, ranked[place - 1].class_number, k)) &&
                (best < 0 || is_before(logits, k, best)))
                best = k;
        ranked[place] = (RankedClass){best, (float)(exp(logits[best] - largest) / sum)};
    }
}
