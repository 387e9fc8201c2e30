/* Vectorised pooling, channels_last. Geometry: kernels/shapes.h. The plain twins: kernels/naive.h.
 */
#ifndef KERNELS_POOL_H
#define KERNELS_POOL_H

#include "kernels/shapes.h"
#include <stdint.h>

/* outputs(n, y, x, c) = the largest value of its window. winners, in the outputs' shape or NULL,
 * receives r * pool_size + s of the first largest value, for the gradient. pool_size is at most 15.
 */
void max_pool_forward(const PoolShape *shape, const float *inputs, float *outputs,
                      uint8_t *winners);

/* Adds each d_outputs to d_inputs at its window's winner, after setting d_inputs to 0. */
void max_pool_backward(const PoolShape *shape, const uint8_t *winners, const float *d_outputs,
                       float *d_inputs);

/* outputs = the mean of the window's values that lie inside the image. */
void average_pool_forward(const PoolShape *shape, const float *inputs, float *outputs);
void average_pool_backward(const PoolShape *shape, const float *d_outputs, float *d_inputs);

#endif
