/* The convolutions that the exercises' tests try, and what they give in float64.
 *
 * The reference goes from each input to the outputs that read it, the other way round than the
 * exercises' loops. The gradients come from it alone: a convolution is linear in its inputs, its
 * kernel and its bias, so a value's gradient is what sum(d_outputs * outputs) is when that value is
 * 1 and all others are 0. */
#ifndef EXERCISES_CONVOLUTIONS_H
#define EXERCISES_CONVOLUTIONS_H

#include "axes.h"

typedef enum ConvolutionKind {
    CONVOLUTION_2X2,       /* one image of 3 x 3, one channel, a 2 x 2 kernel */
    CONVOLUTION_POINTWISE, /* a 1 x 1 kernel, 3 channels, 2 filters */
    CONVOLUTION_CHANNELS,  /* two images of 4 x 5, 2 channels, 3 filters */
    CONVOLUTION_PADDED,    /* a 3 x 3 kernel with one zero all around */
    CONVOLUTION_STRIDED,   /* strides 2, and a last column that no window reads */
    CONVOLUTION_UNEVEN,    /* other zeros above than left of the image */
    CONVOLUTION_ALL,       /* images, channels, filters, strides and zeros, all at once */
    CONVOLUTION_LARGE,     /* three images, a 5 x 5 kernel, strides 3; more of everything */
} ConvolutionKind;

Conv2DShape convolution_shape(ConvolutionKind kind, DataFormat format);

typedef struct Convolution {
    Conv2DShape shape;
    Axes inputs_axes, kernel_axes, bias_axes, outputs_axes;
    const double *inputs, *kernel, *bias, *d_outputs; /* bias: NULL for none */
} Convolution;

/* With random values. */
Convolution convolution_new(Conv2DShape shape);

double *convolution_outputs(const Convolution *convolution);

/* The gradients of sum(d_outputs * outputs). */
double *convolution_d_inputs(const Convolution *convolution);
double *convolution_d_kernel(const Convolution *convolution);
double *convolution_d_bias(const Convolution *convolution);

#endif
