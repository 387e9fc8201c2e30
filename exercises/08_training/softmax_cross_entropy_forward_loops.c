/* Exercise 08_training, part 1: from logits to a loss.
 *
 * For each image n, softmax turns its logits into probabilities:
 *     p(k) = exp(logit(k)) / sum over j of exp(logit(j)).
 * The loss of the image is -sum over k of target(k) * log(p(k)), where target is 1 for the labelled
 * class and 0 for the others; with label smoothing s it is 1 - s + s / classes for the labelled
 * class and s / classes for the others. The function returns the mean loss of the batch.
 *
 * Step by step, for each image:
 *   1. Find its largest logit. exp(1000) is infinite in float and in double, but
 *      exp(logit - largest) is at most 1, and the quotient is the same.
 *   2. The sum of exp(logit - largest), in double.
 *   3. log(p(k)) = logit(k) - largest - log(sum): never the log of a probability that has become 0.
 *   4. Store p(k), and add the image's share of the loss.
 * Then divide by the number of images. */
#include "pieces/loops.h"

#include <math.h>

float softmax_cross_entropy_forward_loops(int batch, int classes, float label_smoothing,
                                          const float *logits, const int *labels,
                                          float *probabilities) {
    /* CODE HERE */
    return 0;
}
