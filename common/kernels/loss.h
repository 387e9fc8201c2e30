/* Vectorised losses; equations: pieces/loops.h. Sums are doubles and have a fixed order. */
#ifndef KERNELS_LOSS_H
#define KERNELS_LOSS_H

#include <stddef.h>

/* Logits and probabilities, which are written, are (N, K); labels (N), each below K. */
float softmax_cross_entropy_forward(int batch, int classes, float label_smoothing,
                                    const float *logits, const int *labels, float *probabilities);
void softmax_cross_entropy_backward(int batch, int classes, float label_smoothing,
                                    const float *probabilities, const int *labels, float d_loss,
                                    float *d_logits);

/* The losses' sums over the images, and over the values, of a group. */
double softmax_cross_entropy_sum(int batch, int classes, float label_smoothing, const float *logits,
                                 const int *labels, float *probabilities);
double squared_error_sum(size_t count, const float *predictions, const float *targets);

/* The mean of (predictions - targets)^2, and d_predictions = d_loss * 2 * (predictions - targets) /
 * count. */
float mean_squared_error_forward(size_t count, const float *predictions, const float *targets);
void mean_squared_error_backward(size_t count, const float *predictions, const float *targets,
                                 float d_loss, float *d_predictions);

#endif
