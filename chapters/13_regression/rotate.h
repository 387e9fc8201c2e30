/* Images turned about their middle, with the angle as the target.
 *
 * Angles are anticlockwise, as one looks at the picture; 0 is upright. The target is the pair
 * (cos, sin), which has no jump from 360 to 0 degrees. */
#ifndef ROTATE_H
#define ROTATE_H

#include "data/dataset.h"
#include <stdint.h>

/* Turns size x size values by `angle` (radians), with bilinear interpolation. Outputs outside the
 * inscribed circle are 0, so that no corner shows the angle. */
void rotate_values(const float *inputs, int size, double angle, float *outputs);

/* Writes a batch of grey and square images (count, size, size, 1) and targets (count, 2). Image n
 * is number numbers[n] of the data set, turned by an angle in [0, 2 pi) that depends on the seed
 * and that number alone; then (pixel / 255 - mean) / deviation. */
void rotated_batch(const Dataset *dataset, const DatasetStatistics *statistics, uint64_t seed,
                   const int *numbers, int count, float *images, float *targets);

#endif
