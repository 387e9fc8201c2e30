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

/* Where value s of channel c in group i lies. */
static size_t channel_index(ChannelShape shape, int i, int c, int s) {
    return ((size_t)i * shape.channels + c) * shape.spatial + s;
}

void batch_norm_backward_loops(ChannelShape shape, BatchNorm options, const float *inputs,
                               const float *gamma, const float *mean, const float *variance,
                               const float *d_outputs, float *d_inputs, float *d_gamma,
                               float *d_beta) {
    /* stub: */
    double count = (double)shape.count * shape.spatial;
    for (int c = 0; c < shape.channels; c++) {
        double deviation = sqrt((double)variance[c] + options.epsilon);

        double sum = 0, sum_normalised = 0;
        for (int i = 0; i < shape.count; i++)
            for (int s = 0; s < shape.spatial; s++) {
                size_t at = channel_index(shape, i, c, s);
                double normalised = ((double)inputs[at] - mean[c]) / deviation;
                sum += d_outputs[at];
                sum_normalised += d_outputs[at] * normalised;
            }
        d_beta[c] = (float)sum;
        d_gamma[c] = (float)sum_normalised;

        for (int i = 0; i < shape.count; i++)
            for (int s = 0; s < shape.spatial; s++) {
                size_t at = channel_index(shape, i, c, s);
                double gradient = d_outputs[at];
                if (options.is_training) {
                    /* Every input also moved the mean and the variance of its channel. */
                    double normalised = ((double)inputs[at] - mean[c]) / deviation;
                    gradient -= sum / count + normalised * sum_normalised / count;
                }
                d_inputs[at] = (float)(gamma[c] / deviation * gradient);
            }
    }
}
