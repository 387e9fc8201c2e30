/* Images turned about their middle, with the angle as what is to be predicted.
 *
 * An angle is counted anticlockwise, as one looks at the picture, from 0 for upright. As a target
 * it is the pair (cos, sin): that has no jump where 360 degrees meet 0. */
#ifndef ROTATE_H
#define ROTATE_H

#include "data/dataset.h"
#include <stdint.h>

/* Turns size x size values by `angle` (radians). Each output is read, bilinearly, from where it was
 * before; outputs outside the inscribed circle are 0, so that no corner tells the angle. */
void rotate_values(const float *inputs, int size, double angle, float *outputs);

/* A batch of images, grey and square: image number numbers[n], turned by an angle that the seed and
 * the image's number alone decide, uniform in [0, 2 pi); then (pixel / 255 - mean) / deviation.
 * Writes images (count, size, size, 1) and targets (count, 2). */
void rotated_batch(const Dataset *dataset, const DatasetStatistics *statistics, uint64_t seed,
                   const int *numbers, int count, float *images, float *targets);

#endif
