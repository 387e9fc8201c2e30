/* Copies of images and weights in the order in which the micro-kernel reads them. */
#ifndef KERNELS_CONV2D_PACK_H
#define KERNELS_CONV2D_PACK_H

#include <stdbool.h>

#include "kernels/conv2d/conv2d.h"
#include "kernels/conv2d/cut.h"

/* What is copied into a slab: some channels of a correlation's source, through the prologue. They
 * lie in slices of a few channels, (slice, image, row, pixel, channel of the slice) or, by place,
 * (slice, row, pixel, image, channel of the slice); the last slice is as narrow as is left. */
typedef struct SlabSource {
    const Correlation *correlation;
    const Slab *slab;
    Conv2DPrologue prologue;
    const float *images;
    int first_channel, channels, slice;
    bool by_place;
} SlabSource;

/* All channels in one slice. */
static inline SlabSource whole_source(const Correlation *correlation, const Slab *slab,
                                      Conv2DPrologue prologue, const float *images) {
    int channels = correlation->channels;
    return (SlabSource){correlation, slab, prologue, images, 0, channels, channels, false};
}

/* Copies a chunk's source rows, zeros around the images. */
void pack_slab(const SlabSource *source, Chunk chunk, float *packed);

/* One of the chunk's slab_lines(). */
void pack_slab_line(const SlabSource *source, Chunk chunk, int index, float *packed);

static inline int slab_lines(const Slab *slab, Chunk chunk) {
    return chunk.images * slab->height;
}

/* Floats in all panels of a correlation's weights, or of its first `panels`. */
size_t packed_weights(const Correlation *correlation, int panels);

/* Panel number `panel` of the weights: (rows, cols, channels, lanes), zeros for missing filters. */
void pack_weights(const Correlation *correlation, const float *weights, int panel, float *packed);

#endif
