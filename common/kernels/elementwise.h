/* Vectorised passes over flat arrays, cut into chunks for the threads. ReLU, addition and dropout
 * may write over their inputs. The plain twins: pieces/loops.h and kernels/naive.h. */
#ifndef KERNELS_ELEMENTWISE_H
#define KERNELS_ELEMENTWISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void relu_forward(size_t count, const float *inputs, float *outputs);

/* d_inputs = d_outputs where inputs > 0, else 0. */
void relu_backward(size_t count, const float *inputs, const float *d_outputs, float *d_inputs);

void add_forward(size_t count, const float *a, const float *b, float *outputs);

/* Value number i of an array draws number first + i of the key's uniforms. */
typedef struct DropoutKey {
    uint64_t key, first;
} DropoutKey;

/* dropout_forward_loops() of pieces/loops.h with the uniforms random_uniform_at(). The gradient is
 * the same function of d_outputs, with the same key. */
void dropout_forward(size_t count, DropoutKey key, float rate, const float *inputs, float *outputs);

/* pad_forward_loops() of pieces/loops.h, and its gradient: d_inputs is the part of d_outputs that
 * is not padding. shape is the inputs' shape. */
void pad_forward(const float *inputs, const int shape[4], const int paddings[4][2], float *outputs);
void pad_backward(const float *d_outputs, const int shape[4], const int paddings[4][2],
                  float *d_inputs);

/* (N, C, H, W) to (N, H, W, C) and back. positions = H * W. */
void channels_last_from_first(int batch, int channels, int positions, const float *inputs,
                              float *outputs);
void channels_first_from_last(int batch, int channels, int positions, const float *inputs,
                              float *outputs);

#endif
