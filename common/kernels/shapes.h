/* Shapes as the kernels see them: plain sizes, no graph. */
#ifndef KERNELS_SHAPES_H
#define KERNELS_SHAPES_H

#include <stdbool.h>
#include <stddef.h>

/* How memory orders a batch of images: (N, H, W, C) or (N, C, H, W). */
typedef enum DataFormat { CHANNELS_LAST, CHANNELS_FIRST } DataFormat;

/* A convolution's geometry:
 *   outputs(n, y, x, k) = bias(k) + sum over r, s, c of
 *       inputs(n, y * strides + r - pad_top, x * strides + s - pad_left, c) * kernel(r, s, c, k),
 * where inputs outside the image count as zero. The kernel's memory is (R, S, C, K) in both data
 * formats, R = S = kernel_size, C = channels, K = filters. */
typedef struct Conv2DShape {
    DataFormat format;
    int batch;
    int in_height, in_width, channels;
    int out_height, out_width, filters;
    int kernel_size, strides;
    int pad_top, pad_left; /* negative: rows and columns that are left out */
    int group;             /* images of a group (kernels/groups.h), which decide how the layer is
                              computed; 0: the batch */
} Conv2DShape;

/* A pooling window's geometry; the same rules as a convolution's, channel by channel. Places
 * outside the image never win a maximum and never count in an average. */
typedef struct PoolShape {
    DataFormat format;
    int batch;
    int in_height, in_width, channels;
    int out_height, out_width;
    int pool_size, strides;
    int pad_top, pad_left;
} PoolShape;

/* `count` groups of `channels` values, each group `spatial` values long in memory:
 * channels_last is (N * H * W, C, 1), channels_first is (N, C, H * W). */
typedef struct ChannelShape {
    int count, channels, spatial;
} ChannelShape;

/* Where (n, y, x, c) lies in memory. */
static inline size_t image_index(DataFormat format, int height, int width, int channels, int n,
                                 int y, int x, int c) {
    if (format == CHANNELS_FIRST)
        return (((size_t)n * channels + c) * height + y) * width + x;
    return (((size_t)n * height + y) * width + x) * channels + c;
}

#endif
