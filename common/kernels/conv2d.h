/* The vectorised convolution: channels_last, three passes, one micro-kernel.
 *
 * Same bits for any number of threads: work is cut by shape alone and every output has one owner.
 * Equations and geometry: kernels/shapes.h. The textbook twins: pieces/loops.h. */
#ifndef KERNELS_CONV2D_H
#define KERNELS_CONV2D_H

#include "kernels/shapes.h"

/* What a compiled graph may fold into the reading of the inputs: with scale and shift (C values
 * each) the convolution sees max(0, inputs * scale(c) + shift(c)) in place of inputs; the zeros
 * around the image stay zeros. Both NULL: the inputs as they are. */
typedef struct Conv2DPrologue {
    const float *scale, *shift;
} Conv2DPrologue;

/* Bytes of workspace that each of the three passes needs with this many threads. */
size_t conv2d_workspace(const Conv2DShape *shape, int threads);

/* outputs (N, H', W', K) = convolution of inputs (N, H, W, C) with kernel (R, S, C, K) + bias (K),
 * + addend (N, H', W', K). bias and addend may be NULL. */
void conv2d_forward(const Conv2DShape *shape, Conv2DPrologue prologue, const float *inputs,
                    const float *kernel, const float *bias, const float *addend, float *outputs,
                    void *workspace);

/* Floats of a packed kernel: the kernel in the order in which the forward pass of this shape reads
 * it. */
size_t conv2d_packed(const Conv2DShape *shape);

/* Packs a kernel (R, S, C, K) once for many forward passes. */
void conv2d_pack(const Conv2DShape *shape, const float *kernel, float *packed, void *workspace);

/* conv2d_forward() with a packed kernel; the same bits. */
void conv2d_forward_packed(const Conv2DShape *shape, Conv2DPrologue prologue, const float *inputs,
                           const float *packed, const float *bias, const float *addend,
                           float *outputs, void *workspace);

/* d_inputs (N, H, W, C) = (accumulate: +=) the gradient that reaches what the convolution sees
 * (with a prologue: the activated inputs). */
void conv2d_backward_inputs(const Conv2DShape *shape, const float *d_outputs, const float *kernel,
                            bool accumulate, float *d_inputs, void *workspace);

/* d_kernel (R, S, C, K) and d_bias (K, may be NULL) from inputs and d_outputs; both are written,
 * not accumulated. */
void conv2d_backward_kernel(const Conv2DShape *shape, Conv2DPrologue prologue, const float *inputs,
                            const float *d_outputs, float *d_kernel, float *d_bias,
                            void *workspace);

#endif
