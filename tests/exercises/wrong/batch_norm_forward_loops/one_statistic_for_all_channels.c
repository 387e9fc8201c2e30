/* Diagnosis: one mean and one variance are computed from all channels together; each channel has
 * its own. */
#include "pieces/loops.h"

#include <math.h>

/* Where value s of channel c in group i lies. */
static size_t channel_index(ChannelShape shape, int i, int c, int s) {
    return ((size_t)i * shape.channels + c) * shape.spatial + s;
}

/* The mean first, then the squared distances from it: the shortcut mean(x^2) - mean(x)^2 loses all
 * its digits when the mean is large. */
static void channel_statistics(ChannelShape shape, const float *inputs, float *mean,
                               float *variance) {
    double count = (double)shape.count * shape.channels * shape.spatial;
    double sum = 0;
    for (int i = 0; i < shape.count; i++)
        for (int c = 0; c < shape.channels; c++)
            for (int s = 0; s < shape.spatial; s++)
                sum += inputs[channel_index(shape, i, c, s)];
    double centre = sum / count;

    double squares = 0;
    for (int i = 0; i < shape.count; i++)
        for (int c = 0; c < shape.channels; c++)
            for (int s = 0; s < shape.spatial; s++) {
                double distance = inputs[channel_index(shape, i, c, s)] - centre;
                squares += distance * distance;
            }
    *mean = (float)centre;
    *variance = (float)(squares / count);
}

void batch_norm_forward_loops(ChannelShape shape, BatchNorm options, const float *inputs,
                              const float *gamma, const float *beta, float *moving_mean,
                              float *moving_variance, float *mean, float *variance,
                              float *outputs) {
    float momentum = options.momentum;
    for (int c = 0; c < shape.channels; c++) {
        if (options.is_training) {
            channel_statistics(shape, inputs, &mean[c], &variance[c]);
            moving_mean[c] = momentum * moving_mean[c] + (1 - momentum) * mean[c];
            moving_variance[c] = momentum * moving_variance[c] + (1 - momentum) * variance[c];
        } else {
            mean[c] = moving_mean[c];
            variance[c] = moving_variance[c];
        }

        float deviation = sqrtf(variance[c] + options.epsilon);
        for (int i = 0; i < shape.count; i++)
            for (int s = 0; s < shape.spatial; s++) {
                size_t at = channel_index(shape, i, c, s);
                outputs[at] = gamma[c] * (inputs[at] - mean[c]) / deviation + beta[c];
            }
    }
}
