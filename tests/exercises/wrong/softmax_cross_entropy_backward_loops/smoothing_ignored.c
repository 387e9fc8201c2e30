/* Diagnosis: label smoothing is ignored. */
#include "pieces/loops.h"

void softmax_cross_entropy_backward_loops(int batch, int classes,
                                          float label_smoothing __attribute__((unused)),
                                          const float *probabilities, const int *labels,
                                          float d_loss, float *d_logits) {
    for (int n = 0; n < batch; n++)
        for (int k = 0; k < classes; k++) {
            size_t at = (size_t)n * classes + k;
            float target = 0;
            if (k == labels[n])
                target += 1;
            d_logits[at] = d_loss * (probabilities[at] - target) / batch;
        }
}
