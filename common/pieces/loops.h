/* The loops that the course's readers write, one function a file. The program that links the
 * library supplies them, as it supplies main(). They are the textbook twins of the vectorised
 * kernels: the same results from the plainest code.
 *
 * Arrays are float32 in the memory order that the shape's format says (kernels/shapes.h). Every
 * output is written; what the arrays held before does not matter. */
#ifndef PIECES_LOOPS_H
#define PIECES_LOOPS_H

#include "kernels/shapes.h"

/* Zero padding of an array with four axes, the last one contiguous in memory. Along axis a, the
 * outputs have paddings[a][0] zeros, the shape[a] values of the inputs, and paddings[a][1]
 * zeros. */
void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs);

/* The number of outputs that a window of kernel_size makes along an axis of input_size values and
 * pad_total zeros: floor((input_size + pad_total - kernel_size) / strides) + 1, or 0 if the window
 * does not fit. */
int conv2d_output_size(int input_size, int kernel_size, int strides, int pad_total);

/* outputs(n, y, x, k) = bias(k) + sum over r, s, c of
 *     inputs(n, y * strides + r - pad_top, x * strides + s - pad_left, c) * kernel(r, s, c, k).
 * Inputs outside the image count as zero; bias is NULL for none. The kernel's memory is
 * (R, S, C, K) in both data formats. */
void conv2d_forward_loops(const Conv2DShape *shape, const float *inputs, const float *kernel,
                          const float *bias, float *outputs);

/* d_inputs(n, i, j, c) = sum over r, s, k and the outputs (y, x) that read (i, j) through (r, s) of
 *     d_outputs(n, y, x, k) * kernel(r, s, c, k). */
void conv2d_backward_inputs_loops(const Conv2DShape *shape, const float *d_outputs,
                                  const float *kernel, float *d_inputs);

/* d_kernel(r, s, c, k) = sum over n, y, x of d_outputs(n, y, x, k) *
 *     inputs(n, y * strides + r - pad_top, x * strides + s - pad_left, c);
 * d_bias(k) = sum over n, y, x of d_outputs(n, y, x, k), left out if d_bias is NULL. */
void conv2d_backward_kernel_loops(const Conv2DShape *shape, const float *inputs,
                                  const float *d_outputs, float *d_kernel, float *d_bias);

typedef struct BatchNorm {
    bool is_training; /* normalises by the batch's statistics, else by the moving averages */
    float momentum;   /* of the moving averages */
    float epsilon;    /* added to the variance */
} BatchNorm;

/* Batch normalisation over each channel's values (Ioffe and Szegedy 2015, algorithm 1):
 *     outputs = gamma(c) * (inputs - mean(c)) / sqrt(variance(c) + epsilon) + beta(c).
 * Training: mean and the biased variance (divided by the number of values) are the batch's, and
 *     moving = momentum * moving + (1 - momentum) * batch's.
 * Inference: mean and variance are the moving averages, which stay as they are.
 * The arrays mean and variance receive the values that were used; the gradient needs them. */
void batch_norm_forward_loops(ChannelShape shape, BatchNorm options, const float *inputs,
                              const float *gamma, const float *beta, float *moving_mean,
                              float *moving_variance, float *mean, float *variance, float *outputs);

/* The gradients, with x^ = (inputs - mean) / sqrt(variance + epsilon) and m values a channel:
 *     d_beta = sum of d_outputs;  d_gamma = sum of d_outputs * x^;
 *     training:  d_inputs = gamma / sqrt(variance + epsilon) *
 *                           (d_outputs - d_beta / m - x^ * d_gamma / m);
 *     inference: d_inputs = gamma / sqrt(variance + epsilon) * d_outputs. */
void batch_norm_backward_loops(ChannelShape shape, BatchNorm options, const float *inputs,
                               const float *gamma, const float *mean, const float *variance,
                               const float *d_outputs, float *d_inputs, float *d_gamma,
                               float *d_beta);

/* outputs = max(0, inputs), and NaN stays NaN. */
void relu_forward_loops(size_t count, const float *inputs, float *outputs);

/* d_inputs = d_outputs where inputs > 0, else 0. */
void relu_backward_loops(size_t count, const float *inputs, const float *d_outputs,
                         float *d_inputs);

/* Inverted dropout (Srivastava et al. 2014): outputs(i) = 0 where uniforms(i) < rate, else
 * inputs(i) / (1 - rate). 0 <= rate < 1, and uniforms are in [0, 1). The gradient is the same
 * function of d_outputs, with the same uniforms. */
void dropout_forward_loops(size_t count, float rate, const float *uniforms, const float *inputs,
                           float *outputs);

/* Softmax and cross-entropy of logits (N, K) against class numbers (N):
 *     probabilities(n, k) = exp(logits(n, k)) / sum over j of exp(logits(n, j));
 *     returns the mean over n of -sum over k of target(n, k) * log(probabilities(n, k)),
 * where target is 1 - label_smoothing for the labelled class plus label_smoothing / K for every
 * class (Szegedy et al. 2016, section 7). Finite for any finite logits. */
float softmax_cross_entropy_forward_loops(int batch, int classes, float label_smoothing,
                                          const float *logits, const int *labels,
                                          float *probabilities);

/* d_logits(n, k) = d_loss * (probabilities(n, k) - target(n, k)) / N. */
void softmax_cross_entropy_backward_loops(int batch, int classes, float label_smoothing,
                                          const float *probabilities, const int *labels,
                                          float d_loss, float *d_logits);

#endif
