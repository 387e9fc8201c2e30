/* Diagnosis: the labelled class's target is 1 - label_smoothing without the label_smoothing /
 * classes that every class gets. */
#include "pieces/loops.h"

void softmax_cross_entropy_backward_loops(int batch, int classes, float label_smoothing,
                                          const float *probabilities, const int *labels,
                                          float d_loss, float *d_logits) {
    for (int n = 0; n < batch; n++)
        for (int k = 0; k < classes; k++) {
            size_t at = (size_t)n * classes + k;
            float target = label_smoothing / classes;
            if (k == labels[n])
                target = 1 - label_smoothing;
            d_logits[at] = d_loss * (probabilities[at] - target) / batch;
        }
}
