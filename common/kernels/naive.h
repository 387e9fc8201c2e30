/* Textbook loops for the vectorised kernels that are no exercise of the course. Images are in the
 * shape's data format; every output is written. Equations: the vectorised twins' headers. */
#ifndef KERNELS_NAIVE_H
#define KERNELS_NAIVE_H

#include "kernels/shapes.h"
#include <stdint.h>

/* d_inputs = the part of d_outputs that is not padding; shape is the inputs' shape. */
void pad_backward_naive(const float *d_outputs, const int shape[4], const int paddings[4][2],
                        float *d_inputs);

void max_pool_forward_naive(const PoolShape *shape, const float *inputs, float *outputs,
                            uint8_t *winners);
void max_pool_backward_naive(const PoolShape *shape, const uint8_t *winners, const float *d_outputs,
                             float *d_inputs);

void average_pool_forward_naive(const PoolShape *shape, const float *inputs, float *outputs);
void average_pool_backward_naive(const PoolShape *shape, const float *d_outputs, float *d_inputs);

/* outputs (N, K) = inputs (N, C) * kernel (C, K) + bias (K), where bias may be NULL. The gradients:
 *     d_inputs = d_outputs * kernel^T, d_kernel = inputs^T * d_outputs, and
 *     d_bias(k) = sum over n of d_outputs(n, k), which may be NULL. */
void dense_forward_naive(int batch, int channels, int units, const float *inputs,
                         const float *kernel, const float *bias, float *outputs);
void dense_backward_inputs_naive(int batch, int channels, int units, const float *d_outputs,
                                 const float *kernel, float *d_inputs);
void dense_backward_kernel_naive(int batch, int channels, int units, const float *inputs,
                                 const float *d_outputs, float *d_kernel, float *d_bias);

void add_forward_naive(size_t count, const float *a, const float *b, float *outputs);

float mean_squared_error_forward_naive(size_t count, const float *predictions,
                                       const float *targets);
void mean_squared_error_backward_naive(size_t count, const float *predictions, const float *targets,
                                       float d_loss, float *d_predictions);

#endif
