/* Diagnosis: the training terms are used in inference too; there mean and variance are
 * constants, and d_inputs is gamma / sqrt(variance + epsilon) * d_outputs. */
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
                /* Every input also moved the mean and the variance of its channel. */
                double normalised = ((double)inputs[at] - mean[c]) / deviation;
                gradient -= sum / count + normalised * sum_normalised / count;
                d_inputs[at] = (float)(gamma[c] / deviation * gradient);
            }
    }
}
