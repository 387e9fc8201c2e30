/* 3 x 3 correlations of stride 1 with a quarter of the multiplications: each m x m block of outputs
 * comes from an (m + 2) x (m + 2) block of inputs through (m + 2)^2 products of matrices (channels
 * x filters) instead of 9 m^2. See conv2d_winograd_transform.h for the maps around the products. m
 * is 4, or 3 where that fits the maps better: 6 x 6 and 3 x 3.
 *
 * Rounding errors are about five times those of the direct sum (measured with unit normal inputs,
 * 64 channels: root mean square 8e-7 of the outputs' for m = 4, 7e-7 for m = 3, against 1.6e-7). */
#ifndef KERNELS_CONV2D_WINOGRAD_H
#define KERNELS_CONV2D_WINOGRAD_H

#include "kernels/conv2d_correlate.h"

/* Whether the products saved outweigh the maps; by shape alone. */
bool winograd_pays(const Correlation *correlation, int batch);

size_t winograd_workspace(const Correlation *correlation, int batch, int threads);

/* Floats of the mapped weights, and the weights mapped once for many calls. */
size_t winograd_packed(const Correlation *correlation, int batch);
void winograd_pack(const Correlation *correlation, int batch, KernelView view, float *packed,
                   void *workspace);

/* packed NULL: the weights are mapped by this call. */
void winograd_correlate(const Correlation *correlation, int batch, KernelView view,
                        const float *packed, Conv2DPrologue prologue, const float *source,
                        Epilogue epilogue, void *workspace);

size_t winograd_kernel_workspace(const Conv2DShape *shape, int threads);

void winograd_backward_kernel(const Conv2DShape *shape, Conv2DPrologue prologue,
                              const float *inputs, const float *d_outputs, float *d_kernel,
                              float *d_bias, void *workspace);

#endif
