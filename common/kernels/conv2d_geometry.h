/* Geometry that the passes of the convolution share: which problem is computed, how it is cut into
 * chunks, and where the pixels of a chunk lie in its zero-padded copy, the slab.
 *
 * All cuts depend on the shape alone, so results have the same bits with any number of threads. */
#ifndef KERNELS_CONV2D_GEOMETRY_H
#define KERNELS_CONV2D_GEOMETRY_H

#include "kernels/conv2d.h"
#include "kernels/conv2d_tile.h"

/* Enough pieces of work for many threads; a constant, not the number of threads. */
enum { WANTED_TASKS = 16 };

enum { CACHE_LINE = 64, LINE_FLOATS = CACHE_LINE / sizeof(float) }; /* bytes, floats */

/* One correlation without holes:
 *   target(n, y, x, f) = sum over r < rows, s < cols, c < channels of
 *       source(n, y * step + r - top, x * step + s - left, c) * weight(r, s, c, f).
 * Forward is one of these. Backward to the inputs is one for each class of input pixels that meet
 * the same kernel taps: strides * strides of them, interleaved in the target. */
typedef struct Correlation {
    int height, width, channels;           /* of a source image */
    int skip, source_height, source_width; /* it is every skip-th pixel of the image in memory */
    int out_height, out_width, filters;    /* positions computed */
    int rows, cols;                        /* taps */
    int step, top, left;                   /* source pixels a position; padding */
    int tap_row, tap_col, tap_step;        /* tap (r, s) is kernel (tap_row + r * tap_step, ...) */
    int target_height, target_width;       /* of a target image */
    int target_row, target_col;            /* of position (0, 0) in it */
    int spacing;                           /* target pixels from position to position */
} Correlation;

/* The layer, or one of the same results that is easier to cut. A 1 x 1 convolution without strides
 * knows no neighbours: images of any height and width with as many pixels will do, and rows of
 * whole tiles leave no tile partly empty. */
Conv2DShape regular_shape(const Conv2DShape *shape);

/* The forward pass of a layer as a correlation, without the taps that only ever see padding. */
Correlation forward_correlation(const Conv2DShape *shape);

/* Drops the outer taps that see padding at every position: all but the middle one of a 3 x 3
 * kernel over 1 x 1 images. */
void crop_dead_taps(Correlation *correlation);

/* A piece of the batch: some whole images, or a band of rows of one. */
typedef struct Chunk {
    int image, images, row, rows;
} Chunk;

typedef struct Chunks {
    int batch, height; /* what is cut */
    int images, rows;  /* of a full chunk */
    int bands, count;  /* bands an image; chunks in all */
} Chunks;

/* Cuts `batch` images of height x width positions into chunks of at most about `positions`. */
Chunks cut_batch(int batch, int height, int width, int positions);
Chunk nth_chunk(const Chunks *chunks, int index);

/* The padded copy of a chunk's source rows: (images, height, width, channels). */
typedef struct Slab {
    int top, left;     /* padding in front of the chunk's first position */
    int height, width; /* an image of a full chunk, padding included */
    size_t floats;
} Slab;

/* One slab that serves all of the correlations. */
Slab slab_for(const Correlation *correlations, int count, const Chunks *chunks);

static inline int min_int(int a, int b) {
    return a < b ? a : b;
}
static inline int max_int(int a, int b) {
    return a > b ? a : b;
}
static inline int ceil_div(int a, int b) {
    return (a + b - 1) / b;
}

/* How many vectors the panel that begins at lane `first` of `lanes` has. */
static inline int panel_vectors(int lanes, int first) {
    return min_int(TILE_VECTORS, ceil_div(lanes - first, VECTOR_FLOATS));
}

static inline int panel_count(int lanes) {
    return ceil_div(lanes, PANEL_FLOATS);
}

/* Lanes of all panels together, those beyond the last filter included. */
static inline int padded_lanes(int lanes) {
    return ceil_div(lanes, VECTOR_FLOATS) * VECTOR_FLOATS;
}

/* Cuts the next `bytes` off a workspace, in whole cache lines. */
void *take_bytes(char **workspace, size_t bytes);
size_t whole_lines(size_t bytes);

#endif
