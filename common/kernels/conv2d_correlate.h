/* The engine of the forward pass and of the backward pass to the inputs: correlations of one
 * source, chunk by chunk. */
#ifndef KERNELS_CONV2D_CORRELATE_H
#define KERNELS_CONV2D_CORRELATE_H

#include "kernels/conv2d_pack.h"
#include "kernels/conv2d_pixels.h"

/* `count` correlations that read one source and together fill one target. */
typedef struct CorrelationSet {
    const Correlation *items;
    int count;
    int batch;
} CorrelationSet;

size_t correlate_workspace(const CorrelationSet *set, int threads);

void correlate(const CorrelationSet *set, KernelView view, Conv2DPrologue prologue,
               const float *source, Epilogue epilogue, void *workspace);

#endif
