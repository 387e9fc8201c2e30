/* The vectorised convolution: channels_last, three passes, one micro-kernel.
 *
 * Results have the same bits for any number of threads: work is cut by shape alone, and every
 * output has one owner. Equations and geometry: kernels/shapes.h; its kernel (R, S, C, K) is called
 * weights in this folder. How the passes work: README.md. The textbook twins: pieces/loops.h. */
#ifndef KERNELS_CONV2D_H
#define KERNELS_CONV2D_H

#include "kernels/shapes.h"

/* What a compiled graph may fold into the reading of the inputs: with scale and shift (C values
 * each) the convolution sees max(0, inputs * scale(c) + shift(c)) in place of inputs; the zeros
 * around the image stay zeros. Both NULL: the inputs as they are. */
typedef struct Conv2DPrologue {
    const float *scale, *shift;
} Conv2DPrologue;

/* The 1x1 convolution that multiplies matrices, (rows, inner) by (inner, columns): each row is an
 * image of one pixel. */
Conv2DShape conv2d_matrix_shape(int rows, int inner, int columns);

/* Bytes of workspace that each of the three passes needs with this many threads. */
size_t conv2d_workspace(const Conv2DShape *shape, int threads);

/* outputs = convolution of inputs with weights + bias + addend. */
typedef struct Conv2DForward {
    Conv2DPrologue prologue;
    const float *inputs;  /* (N, H, W, C) */
    const float *weights; /* (R, S, C, K) */
    const float *packed;  /* the same by conv2d_pack(), read in place of weights; or NULL. It
                           * begins on a cache line, as what memory_new() gives */
    const float *bias;    /* (K), or NULL */
    const float *addend;  /* (N, H', W', K), or NULL; outputs itself is allowed */
    float *outputs;       /* (N, H', W', K) */
} Conv2DForward;
void conv2d_forward(const Conv2DShape *shape, Conv2DForward pass, void *workspace);

/* Floats of packed weights: weights in the order in which the forward pass of this shape reads
 * them; 0 if it reads them best as they are. */
size_t conv2d_packed(const Conv2DShape *shape);

/* Packs weights (R, S, C, K) once for many forward passes, whose results have the same bits. */
void conv2d_pack(const Conv2DShape *shape, const float *weights, float *packed, void *workspace);

/* d_inputs = (accumulate: +=) the gradient that reaches what the convolution sees (with a prologue:
 * the activated inputs). */
typedef struct Conv2DBackwardInputs {
    const float *d_outputs; /* (N, H', W', K) */
    const float *weights;   /* (R, S, C, K) */
    bool accumulate;
    float *d_inputs; /* (N, H, W, C) */
} Conv2DBackwardInputs;
void conv2d_backward_inputs(const Conv2DShape *shape, Conv2DBackwardInputs pass, void *workspace);

/* The gradients of weights and bias; both are written, not accumulated. */
typedef struct Conv2DBackwardWeights {
    Conv2DPrologue prologue;
    const float *inputs;    /* (N, H, W, C) */
    const float *d_outputs; /* (N, H', W', K) */
    float *d_weights;       /* (R, S, C, K) */
    float *d_bias;          /* (K), or NULL */
} Conv2DBackwardWeights;
void conv2d_backward_weights(const Conv2DShape *shape, Conv2DBackwardWeights pass, void *workspace);

#endif
