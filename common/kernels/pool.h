/* Vectorised pooling, channels_last. Geometry: kernels/shapes.h. The plain twins: kernels/naive.h.
 */
#ifndef KERNELS_POOL_H
#define KERNELS_POOL_H

#include "kernels/shapes.h"
#include <stdint.h>

/* outputs(n, y, x, c) = the largest of its window; winners (the outputs' shape) receives r *
 * pool_size + s of the first largest value, for the gradient; NULL if none is wanted. pool_size is
 * at most 15. */
void max_pool_forward(const PoolShape *shape, const float *inputs, float *outputs,
                      uint8_t *winners);

/* d_inputs = each d_outputs at its window's winner, 0 elsewhere; windows may overlap. */
void max_pool_backward(const PoolShape *shape, const uint8_t *winners, const float *d_outputs,
                       float *d_inputs);

/* outputs = the mean of the window's values that lie inside the image. */
void average_pool_forward(const PoolShape *shape, const float *inputs, float *outputs);
void average_pool_backward(const PoolShape *shape, const float *d_outputs, float *d_inputs);

#endif
