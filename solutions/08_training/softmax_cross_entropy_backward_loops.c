/* Exercise 08_training, part 2: the gradient of the loss by the logits.
 *
 * What looked like a hard derivative is the simplest of all: probability minus target. With the
 * mean over the batch, and the gradient d_loss that reaches the loss from above:
 *     d_logits(n, k) = d_loss * (probabilities(n, k) - target(n, k)) / batch.
 * The target is the one of part 1, with label smoothing.
 *
 * Step by step: for each image and each class, the target; then the formula. */
#include "pieces/loops.h"

void softmax_cross_entropy_backward_loops(int batch, int classes, float label_smoothing,
                                          const float *probabilities, const int *labels,
                                          float d_loss, float *d_logits) {
    /* stub: */
    for (int n = 0; n < batch; n++)
        for (int k = 0; k < classes; k++) {
            size_t at = (size_t)n * classes + k;
            float target = label_smoothing / classes;
            if (k == labels[n])
                target += 1 - label_smoothing;
            d_logits[at] = d_loss * (probabilities[at] - target) / batch;
        }
}
