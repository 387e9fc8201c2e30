/* A set of kernels for a graph to run on: plain functions over float arrays and shapes.
 *
 * A graph without such a table runs on the vectorised kernels (kernels/conv2d.h,
 * kernels/batch_norm.h, ...). `kernels_loops` is the table of textbook loops: those of
 * pieces/loops.h, which the program supplies, and the plain twins of kernels/naive.h. It works in
 * both data formats and runs the graph as recorded, with nothing fused. */
#ifndef KERNELS_KERNELS_H
#define KERNELS_KERNELS_H

#include "kernels/naive.h"
#include "pieces/loops.h"

typedef struct Kernels {
    const char *name;
    __typeof__(pad_forward_loops) *pad_forward;
    __typeof__(conv2d_forward_loops) *conv2d_forward;
    __typeof__(conv2d_backward_inputs_loops) *conv2d_backward_inputs;
    __typeof__(conv2d_backward_kernel_loops) *conv2d_backward_kernel;
    __typeof__(batch_norm_forward_loops) *batch_norm_forward;
    __typeof__(batch_norm_backward_loops) *batch_norm_backward;
    __typeof__(relu_forward_loops) *relu_forward;
    __typeof__(relu_backward_loops) *relu_backward;
    __typeof__(softmax_cross_entropy_forward_loops) *softmax_cross_entropy_forward;
    __typeof__(softmax_cross_entropy_backward_loops) *softmax_cross_entropy_backward;
    __typeof__(pad_backward_naive) *pad_backward;
    __typeof__(max_pool_forward_naive) *max_pool_forward;
    __typeof__(max_pool_backward_naive) *max_pool_backward;
    __typeof__(average_pool_forward_naive) *average_pool_forward;
    __typeof__(average_pool_backward_naive) *average_pool_backward;
    __typeof__(dense_forward_naive) *dense_forward;
    __typeof__(dense_backward_inputs_naive) *dense_backward_inputs;
    __typeof__(dense_backward_kernel_naive) *dense_backward_kernel;
    __typeof__(add_forward_naive) *add_forward;
    __typeof__(dropout_forward_loops) *dropout_forward;
    __typeof__(mean_squared_error_forward_naive) *mean_squared_error_forward;
    __typeof__(mean_squared_error_backward_naive) *mean_squared_error_backward;
} Kernels;

extern const Kernels kernels_loops;

#endif
