/* The batch normalisations that the exercises' tests try, and what they give in float64.
 *
 * The reference picks a channel's values by (n, h, w, c) and takes the variance as half the mean
 * square of the differences of all pairs. The gradients are finite differences of it. */
#ifndef EXERCISES_NORMALISATIONS_H
#define EXERCISES_NORMALISATIONS_H

#include "axes.h"

#include "pieces/loops.h"

typedef struct Normalisation {
    DataFormat format;
    int batch, height, width, channels;
    BatchNorm options;
    double *inputs, *d_outputs;
    double *gamma, *beta, *moving_mean, *moving_variance;
} Normalisation;

/* Two images of 2 x 3 with 3 channels and random values; no gamma or variance is near 0. */
Normalisation normalisation_new(DataFormat format, bool is_training);

/* The same with one image of 4 x 1, 5 channels, and another momentum and epsilon. */
Normalisation normalisation_other(DataFormat format, bool is_training);

/* The values of all channels; of one channel. */
size_t normalisation_count(const Normalisation *normalisation);
size_t normalisation_channel_count(const Normalisation *normalisation);

ChannelShape normalisation_shape(const Normalisation *normalisation);

/* How the exercises index the values: (i, c, s). */
Axes normalisation_axes(const Normalisation *normalisation);

/* The statistics that the inputs are normalised with. */
double normalisation_mean(const Normalisation *normalisation, int c);
double normalisation_variance(const Normalisation *normalisation, int c);

double *normalisation_outputs(const Normalisation *normalisation);

/* The gradient of sum(d_outputs * outputs) in the normalisation's own inputs, gamma or beta. */
double *normalisation_gradient(const Normalisation *normalisation, double *values, size_t count);

#endif
