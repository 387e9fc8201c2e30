/* 3 x 3 correlations of stride 1 with a quarter of the multiplications: each 4 x 4 block of
 * outputs comes from a 6 x 6 block of inputs through 36 products of matrices (channels x filters)
 * instead of 16 * 9. See conv2d_winograd_transform.h for the maps around the products.
 *
 * Rounding errors are about five times those of the direct sum (measured with unit normal inputs,
 * 64 channels: root mean square 8e-7 of the outputs', against 1.6e-7). */
#ifndef KERNELS_CONV2D_WINOGRAD_H
#define KERNELS_CONV2D_WINOGRAD_H

#include "kernels/conv2d_correlate.h"

/* Whether the products saved outweigh the maps; by shape alone. */
bool winograd_pays(const Correlation *correlation, int batch);

size_t winograd_workspace(const Correlation *correlation, int batch, int threads);

void winograd_correlate(const Correlation *c, int batch, KernelView view, Conv2DPrologue prologue,
                        const float *source, Epilogue epilogue, void *workspace);

size_t winograd_kernel_workspace(const Conv2DShape *shape, int threads);

void winograd_backward_kernel(const Conv2DShape *shape, Conv2DPrologue prologue,
                              const float *inputs, const float *d_outputs, float *d_kernel,
                              float *d_bias, void *workspace);

#endif
