/* Vectorised passes over flat arrays, cut into chunks for the threads. Outputs may be inputs. The
 * plain twins: pieces/loops.h and kernels/naive.h. */
#ifndef KERNELS_ELEMENTWISE_H
#define KERNELS_ELEMENTWISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void relu_forward(size_t count, const float *inputs, float *outputs);

/* d_inputs = d_outputs where inputs > 0, else 0. */
void relu_backward(size_t count, const float *inputs, const float *d_outputs, float *d_inputs);

void add_forward(size_t count, const float *a, const float *b, float *outputs);

/* outputs(i) = 0 with probability rate, else inputs(i) / (1 - rate). Whether i is dropped depends
 * on key and i alone: the gradient is the same function of d_outputs. It is dropout_forward_loops()
 * of pieces/loops.h with the uniforms random_uniform_at(key, i). */
void dropout_forward(size_t count, uint64_t key, float rate, const float *inputs, float *outputs);

/* Zeros around an array with four axes (see pad_forward_loops in pieces/loops.h), and back:
 * d_inputs is the part of d_outputs that is not padding. shape is the inputs'. */
void pad_forward(const float *inputs, const int shape[4], const int paddings[4][2], float *outputs);
void pad_backward(const float *d_outputs, const int shape[4], const int paddings[4][2],
                  float *d_inputs);

/* (N, C, H, W) to (N, H, W, C) and back. positions = H * W. */
void channels_last_from_first(int batch, int channels, int positions, const float *inputs,
                              float *outputs);
void channels_first_from_last(int batch, int channels, int positions, const float *inputs,
                              float *outputs);

#endif
