/* Batch normalisation in float64. */
#include "normalisations.h"

#include "harness.h"

#include <math.h>
#include <stdlib.h>

/* Exact in float, and away from 0. */
static double *positive_values(uint64_t seed, size_t count) {
    double *values = random_values(seed, count);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(0.5 + fabs(values[i]));
    return values;
}

static Normalisation with_values(Normalisation result) {
    size_t count = normalisation_count(&result), channels = (size_t)result.channels;
    result.inputs = random_values(31, count);
    for (size_t i = 0; i < count; i++)
        result.inputs[i] = (float)(2 * result.inputs[i] + 1);
    result.d_outputs = random_values(32, count);
    result.gamma = positive_values(33, channels);
    result.beta = random_values(34, channels);
    result.moving_mean = random_values(35, channels);
    result.moving_variance = positive_values(36, channels);
    return result;
}

Normalisation normalisation_new(DataFormat format, bool is_training) {
    return with_values((Normalisation){
        .format = format,
        .batch = 2,
        .height = 2,
        .width = 3,
        .channels = 3,
        .options = {.is_training = is_training, .momentum = 0.75f, .epsilon = 0.125f}});
}

Normalisation normalisation_other(DataFormat format, bool is_training) {
    return with_values((Normalisation){
        .format = format,
        .batch = 1,
        .height = 4,
        .width = 1,
        .channels = 5,
        .options = {.is_training = is_training, .momentum = 0.9f, .epsilon = 1e-3f}});
}

size_t normalisation_channel_count(const Normalisation *normalisation) {
    return (size_t)normalisation->batch * normalisation->height * normalisation->width;
}

size_t normalisation_count(const Normalisation *normalisation) {
    return normalisation_channel_count(normalisation) * normalisation->channels;
}

ChannelShape normalisation_shape(const Normalisation *n) {
    if (n->format == CHANNELS_FIRST)
        return (ChannelShape){n->batch, n->channels, n->height * n->width};
    return (ChannelShape){n->batch * n->height * n->width, n->channels, 1};
}

Axes normalisation_axes(const Normalisation *normalisation) {
    ChannelShape shape = normalisation_shape(normalisation);
    return axes("ics", (int[]){shape.count, shape.channels, shape.spatial});
}

/* Where value number v of channel c lies, its pixels counted image by image, row by row. */
static size_t place(const Normalisation *n, int c, size_t v) {
    int x = (int)v % n->width, y = (int)v / n->width % n->height;
    int image = (int)v / n->width / n->height;
    return image_index(n->format, n->height, n->width, n->channels, image, y, x, c);
}

double normalisation_mean(const Normalisation *normalisation, int c) {
    if (!normalisation->options.is_training)
        return normalisation->moving_mean[c];
    size_t count = normalisation_channel_count(normalisation);
    double mean = 0;
    for (size_t v = 0; v < count; v++)
        mean += normalisation->inputs[place(normalisation, c, v)] / (double)count;
    return mean;
}

double normalisation_variance(const Normalisation *normalisation, int c) {
    if (!normalisation->options.is_training)
        return normalisation->moving_variance[c];
    size_t count = normalisation_channel_count(normalisation);
    double squares = 0;
    for (size_t v = 0; v < count; v++)
        for (size_t other = 0; other < count; other++)
            squares += pow(normalisation->inputs[place(normalisation, c, v)] -
                               normalisation->inputs[place(normalisation, c, other)],
                           2);
    return squares / 2 / (double)(count * count);
}

double *normalisation_outputs(const Normalisation *normalisation) {
    double *outputs = new_doubles(normalisation_count(normalisation));
    for (int c = 0; c < normalisation->channels; c++) {
        double mean = normalisation_mean(normalisation, c);
        double scale = normalisation->gamma[c] / sqrt(normalisation_variance(normalisation, c) +
                                                      normalisation->options.epsilon);
        double shift = normalisation->beta[c] - scale * mean;
        for (size_t v = 0; v < normalisation_channel_count(normalisation); v++) {
            size_t at = place(normalisation, c, v);
            outputs[at] = scale * normalisation->inputs[at] + shift;
        }
    }
    return outputs;
}

static double upstream_sum(const Normalisation *normalisation) {
    double *outputs = normalisation_outputs(normalisation);
    double sum = 0;
    for (size_t i = 0; i < normalisation_count(normalisation); i++)
        sum += normalisation->d_outputs[i] * outputs[i];
    free(outputs);
    return sum;
}

double *normalisation_gradient(const Normalisation *normalisation, double *values, size_t count) {
    const double step = 1e-4; /* an error of about 1e-8 */
    double *gradient = new_doubles(count);
    for (size_t i = 0; i < count; i++) {
        double value = values[i];
        values[i] = value + step;
        double above = upstream_sum(normalisation);
        values[i] = value - step;
        double below = upstream_sum(normalisation);
        values[i] = value;
        gradient[i] = (above - below) / (2 * step);
    }
    return gradient;
}
