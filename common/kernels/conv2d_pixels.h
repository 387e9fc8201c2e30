/* The pixels of a chunk in tiles of TILE_ROWS, and one such tile against one panel of weights.
 *
 * Tiles hold pixels by address, so they run on across the ends of rows and images. In a chunk of
 * many images the tile's pixels are the same place of consecutive images: all of them see the same
 * taps inside the image, and the others are left out. In small maps that saves much: 5 of 9 taps
 * of every pixel in 2 x 2. */
#ifndef KERNELS_CONV2D_PIXELS_H
#define KERNELS_CONV2D_PIXELS_H

#include "kernels/conv2d_geometry.h"

/* Maps of no more positions are tiled by place. */
enum { SMALL_MAP = 16 * 16 };

typedef struct Tile {
    int count;                      /* pixels; the rest repeat the last one */
    int row, end_row, col, end_col; /* the taps that any of them needs */
    int source[TILE_ROWS];          /* where tap (0, 0) of each lies in the slab */
    size_t target[TILE_ROWS];       /* where each begins after the chunk's first row */
} Tile;

/* Whether the correlation's maps are tiled by place where a chunk has images enough. */
bool tiles_by_place(const Correlation *correlation);

/* Lists the chunk's pixels; returns the number of tiles. */
int list_tiles(const Correlation *correlation, const Slab *slab, Chunk chunk, Tile *tiles);

/* What is added to the sums: bias (filters) and addend (like the target); either may be NULL. */
typedef struct Epilogue {
    const float *bias, *addend;
    float *target;
    bool streams; /* the target is written past the caches, where whole lines can be */
} Epilogue;

/* The tile's sums over a panel that begins with filter number `first`. slab holds the chunk's
 * pixels, epilogue.target begins at the chunk's first row. */
void run_tile(const Correlation *correlation, const Slab *slab, const Tile *tile,
              const float *pixels, const float *panel, int first, Epilogue epilogue);

#endif
