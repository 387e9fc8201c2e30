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
    const float *packed; /* the weights by correlate_pack(); NULL: they are packed on every call */
} CorrelationSet;

/* Floats of the set's packed weights. */
size_t correlate_packed(const CorrelationSet *set);

/* Packs the weights once for many calls. */
void correlate_pack(const CorrelationSet *set, KernelView view, float *packed, void *workspace);

size_t correlate_workspace(const CorrelationSet *set, int threads);

void correlate(const CorrelationSet *set, KernelView view, Conv2DPrologue prologue,
               const float *source, Epilogue epilogue, void *workspace);

#endif
