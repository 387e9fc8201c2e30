/* Exercise 03_pre_activation, part 3: batch normalisation.
 *
 * Each channel is brought to mean 0 and variance 1, then to a scale and an offset that the network
 * learns:
 *     outputs = gamma(c) * (inputs - mean(c)) / sqrt(variance(c) + epsilon) + beta(c).
 * The small epsilon keeps the division safe if a channel is constant.
 *
 * Which mean and variance are meant, options.is_training says.
 *   - Training: those of this channel's values in the batch, of all images and pixels together. The
 *     variance is the mean of the squared distances from the mean: divided by the number of values,
 *     not by one less. A moving average of each remembers the batches:
 *         moving = momentum * moving + (1 - momentum) * the batch's.
 *   - Inference: the moving averages themselves, and these stay as they are.
 *
 * Memory: there are shape.count groups of shape.channels channels with shape.spatial values each.
 * Value s of channel c in group i is
 *     inputs[(i * shape.channels + c) * shape.spatial + s].
 * channels_last has a group for every pixel (spatial is 1), channels_first one for every image
 * (spatial is H * W), so the same loops serve both. A channel has count * spatial values in all.
 *
 * Step by step, for each channel c:
 *   1. Training: the mean (a loop over i and s; sum in a double). Then, with the mean at hand, a
 *      second loop for the variance, in a double, too. Store them in mean[c] and variance[c], and
 *      update moving_mean[c] and moving_variance[c].
 *   2. Inference: copy the moving averages to mean[c] and variance[c]. (The gradient will need what
 *      was used.)
 *   3. The outputs, one by one. sqrt() and sqrtf() are in math.h. */
#include "pieces/loops.h"

#include <math.h>

void batch_norm_forward_loops(ChannelShape shape, BatchNorm options, const float *inputs,
                              const float *gamma, const float *beta, float *moving_mean,
                              float *moving_variance, float *mean, float *variance,
                              float *outputs) {
    /* CODE HERE */
}
