/* A convolution with arrays of its own, and its three passes to be measured. */
#ifndef CONV_ARRAYS_H
#define CONV_ARRAYS_H

#include "base/measure.h"
#include "kernels/conv2d/conv2d.h"

#include <stdbool.h>

typedef struct ConvArrays {
    Conv2DShape shape;
    Conv2DPrologue prologue;
    size_t num_inputs, num_kernel, num_outputs;
    float *inputs, *kernel, *bias, *scale, *shift, *outputs; /* or their gradients */
    void *workspace;
} ConvArrays;

/* Random numbers of that seed. activates: the convolution reads through a batch norm and ReLU. The
 * workspace is for as many threads as are set. */
ConvArrays conv_arrays_new(const Conv2DShape *shape, bool activates, uint64_t seed);
void conv_arrays_free(ConvArrays *arrays);

/* Multiplications and additions of a pass by the plain algorithm, those on padding too. */
double conv_operations(const Conv2DShape *shape);

enum { CONV_FORWARD, CONV_BACKWARD_INPUTS, CONV_BACKWARD_KERNEL, CONV_PASSES };

/* Both take ConvArrays; the loops read the inputs as they are. */
extern const struct ConvPass {
    const char *name;
    Work *work, *loops; /* the vectorised kernel and its textbook twin */
} conv_passes[CONV_PASSES];

#endif
