/* Copies of images and kernels in the order in which the micro-kernel reads them. */
#ifndef KERNELS_CONV2D_PACK_H
#define KERNELS_CONV2D_PACK_H

#include "kernels/conv2d_geometry.h"

/* Which channels go into a slab, and in blocks of how many: (block, image, row, pixel, channel of
 * the block), the last block as narrow as is left. */
typedef struct SlabChannels {
    int first, count, block;
} SlabChannels;

/* Copies those channels of a chunk's source rows into its slab, zeros around the images, through
 * the prologue. */
void pack_slab(const Correlation *correlation, const Slab *slab, Chunk chunk, SlabChannels channels,
               Conv2DPrologue prologue, const float *source, float *packed);

/* One of the chunk's slab_lines(). */
void pack_slab_line(const Correlation *correlation, const Slab *slab, Chunk chunk, int line,
                    SlabChannels channels, Conv2DPrologue prologue, const float *source,
                    float *packed);

static inline int slab_lines(const Slab *slab, Chunk chunk) {
    return chunk.images * slab->height;
}

static inline SlabChannels all_channels(const Correlation *correlation) {
    return (SlabChannels){.count = correlation->channels, .block = correlation->channels};
}

/* How a kernel (R, S, C, K) is read: tap by tap, then by strides (in floats). */
typedef struct KernelView {
    const float *kernel;
    int size;                    /* R = S */
    size_t tap, channel, filter; /* distance between two taps, channels, filters */
} KernelView;

/* Floats in all panels of a correlation's weights, or of its first `panels`. */
size_t packed_weights(const Correlation *correlation, int panels);

/* Panel number `panel` of the weights: (rows, cols, channels, lanes), zeros for missing filters. */
void pack_weights(const Correlation *correlation, KernelView view, int panel, float *packed);

/* Panel number `panel` of a chunk of d_outputs: (images, rows, out_width, lanes). */
void pack_d_outputs(const Correlation *correlation, Chunk chunk, int panel, const float *d_outputs,
                    float *packed);

#endif
