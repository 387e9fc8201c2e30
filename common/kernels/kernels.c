/* The table of textbook loops. */
#include "kernels/kernels.h"

const Kernels kernels_loops = {
    .name = "loops",
    .pad_forward = pad_forward_loops,
    .conv2d_forward = conv2d_forward_loops,
    .conv2d_backward_inputs = conv2d_backward_inputs_loops,
    .conv2d_backward_kernel = conv2d_backward_kernel_loops,
    .batch_norm_forward = batch_norm_forward_loops,
    .batch_norm_backward = batch_norm_backward_loops,
    .relu_forward = relu_forward_loops,
    .relu_backward = relu_backward_loops,
    .softmax_cross_entropy_forward = softmax_cross_entropy_forward_loops,
    .softmax_cross_entropy_backward = softmax_cross_entropy_backward_loops,
    .pad_backward = pad_backward_naive,
    .max_pool_forward = max_pool_forward_naive,
    .max_pool_backward = max_pool_backward_naive,
    .average_pool_forward = average_pool_forward_naive,
    .average_pool_backward = average_pool_backward_naive,
    .dense_forward = dense_forward_naive,
    .dense_backward_inputs = dense_backward_inputs_naive,
    .dense_backward_kernel = dense_backward_kernel_naive,
    .add_forward = add_forward_naive,
    .dropout_forward = dropout_forward_loops,
    .mean_squared_error_forward = mean_squared_error_forward_naive,
    .mean_squared_error_backward = mean_squared_error_backward_naive,
};
