/* Exercise 03_pre_activation, part 4: the gradients of batch normalisation.
 *
 * mean and variance are those that the forward pass used. Write x^ for a normalised input,
 *     x^ = (inputs - mean(c)) / sqrt(variance(c) + epsilon),
 * so that outputs = gamma(c) * x^ + beta(c). For each channel, over its m = count * spatial values:
 *     d_beta(c)  = sum of d_outputs,
 *     d_gamma(c) = sum of d_outputs * x^.
 *
 * In inference, mean and variance are constants, and an input reaches its own output alone:
 *     d_inputs = gamma(c) / sqrt(variance(c) + epsilon) * d_outputs.
 *
 * In training, each input also moves the mean and the variance, and by them all outputs of its
 * channel. Two terms more come from that, one for the mean and one for the variance:
 *     d_inputs = gamma(c) / sqrt(variance(c) + epsilon)
 *                * (d_outputs - d_beta(c) / m - x^ * d_gamma(c) / m).
 *
 * Memory is as in part 3: value s of channel c in group i is number
 * (i * shape.channels + c) * shape.spatial + s.
 *
 * Step by step, for each channel c:
 *   1. deviation = sqrt(variance[c] + epsilon).
 *   2. A loop over i and s for the two sums (doubles are best). Store them in d_beta[c] and
 *      d_gamma[c].
 *   3. A second loop for d_inputs, now that the sums are complete. options.is_training says which
 *      of the two equations holds. */
#include "pieces/loops.h"

#include <math.h>

void batch_norm_backward_loops(ChannelShape shape, BatchNorm options, const float *inputs,
                               const float *gamma, const float *mean, const float *variance,
                               const float *d_outputs, float *d_inputs, float *d_gamma,
                               float *d_beta) {
    /* CODE HERE */
}
