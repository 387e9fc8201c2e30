/* The random arrays and the float64 references of the tests of batch normalisation. */
#include "batch_norm_case.h"

#include <math.h>

#include "compare.h"

BatchNormCase batch_norm_case_new(int positions, int channels) {
    size_t count = (size_t)positions * channels;
    BatchNormCase c = {
        .positions = positions,
        .channels = channels,
        .count = count,
        .epsilon = 1e-3F,
        .inputs = array_random(count, 100),
        .gamma = array_random(channels, 101),
        .beta = array_random(channels, 102),
        .mean = array_random(channels, 103),
        .variance = array_random(channels, 104),
        .scale = array_new(channels),
        .shift = array_new(channels),
        .d_outputs = array_random(count, 105),
    };
    for (int i = 0; i < channels; i++)
        c.variance[i] = 0.5F + fabsf(c.variance[i]);
    for (size_t i = 0; i < count; i++)
        c.inputs[i] += 2 * c.mean[i % channels];
    batch_norm_affine(channels, c.epsilon, c.gamma, c.beta, c.mean, c.variance, c.scale, c.shift);
    return c;
}

void batch_norm_reference_statistics(int positions, int channels, const float *inputs, double *mean,
                                     double *variance) {
    for (size_t i = 0; i < (size_t)positions * channels; i++)
        mean[i % channels] += (double)inputs[i] / positions;
    for (size_t i = 0; i < (size_t)positions * channels; i++)
        variance[i % channels] += pow(inputs[i] - mean[i % channels], 2) / positions;
}

BatchNormGradients batch_norm_gradients_new(const BatchNormCase *c) {
    size_t channels = (size_t)c->channels;
    return (BatchNormGradients){doubles_new(c->count), doubles_new(c->count),
                                doubles_new(channels), doubles_new(channels),
                                doubles_new(channels), doubles_new(channels)};
}

void batch_norm_reference(const BatchNormCase *c, bool is_training, const float *d_outputs,
                          BatchNormGradients *gradients) {
    size_t channels = (size_t)c->channels;
    double *normalised = doubles_new(c->count);
    for (size_t i = 0; i < c->count; i++) {
        size_t at = i % channels;
        normalised[i] =
            ((double)c->inputs[i] - c->mean[at]) / sqrt((double)c->variance[at] + c->epsilon);
        gradients->beta[at] += d_outputs[i];
        gradients->beta_size[at] += fabsf(d_outputs[i]);
        gradients->gamma[at] += d_outputs[i] * normalised[i];
        gradients->gamma_size[at] += fabs(d_outputs[i] * normalised[i]);
    }
    double share = is_training ? 1.0 / c->positions : 0;
    for (size_t i = 0; i < c->count; i++) {
        size_t at = i % channels;
        double factor = c->gamma[at] / sqrt((double)c->variance[at] + c->epsilon);
        gradients->inputs[i] = factor * (d_outputs[i] - gradients->beta[at] * share -
                                         normalised[i] * gradients->gamma[at] * share);
        gradients->inputs_size[i] =
            fabs(factor) * (fabsf(d_outputs[i]) + gradients->beta_size[at] * share +
                            fabs(normalised[i]) * gradients->gamma_size[at] * share);
    }
}
