/* Diagnosis: d_loss is ignored: the gradient that reaches the loss need not be 1. */
#include "pieces/loops.h"

void softmax_cross_entropy_backward_loops(int batch, int classes, float label_smoothing,
                                          const float *probabilities, const int *labels,
                                          float d_loss __attribute__((unused)), float *d_logits) {
    for (int n = 0; n < batch; n++)
        for (int k = 0; k < classes; k++) {
            size_t at = (size_t)n * classes + k;
            float target = label_smoothing / classes;
            if (k == labels[n])
                target += 1 - label_smoothing;
            d_logits[at] = (probabilities[at] - target) / batch;
        }
}
