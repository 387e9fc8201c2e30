/* What both Winograd passes share: the cut of the maps into blocks of m x m positions, and the
 * mapped inputs of a chunk of blocks: (m + 2)^2 planes (blocks, channels).
 *
 * Each m x m block of outputs comes from an (m + 2) x (m + 2) block of inputs through (m + 2)^2
 * products of matrices (channels x filters) instead of 9 m^2. winograd_maps.h has the maps around
 * the products. m is 4, or 3 where that fits the maps better: 6 x 6 and 3 x 3. */
#ifndef KERNELS_CONV2D_WINOGRAD_BLOCKS_H
#define KERNELS_CONV2D_WINOGRAD_BLOCKS_H

#include "kernels/conv2d/pack.h"
#include "kernels/simd.h"

/* Planes lie a line more than their size apart, or all would meet in the same sets of a cache. */
enum { PLANE_GAP = 16 };

typedef struct WinogradBlocks {
    int outputs, points, products; /* m, m + 2 and (m + 2)^2 */
    Chunks chunks;                 /* of rows of blocks */
    Slab slab;                     /* the padded inputs of a chunk */
    int across;                    /* blocks in a row */
    int most;                      /* blocks in a full chunk */
    size_t plane;                  /* floats from one plane of mapped inputs to the next */
} WinogradBlocks;

/* Cuts the batch into about `tasks` chunks or, if there is much of it, more. */
WinogradBlocks cut_blocks(const Correlation *correlation, int tasks);

static inline int blocks_in(const WinogradBlocks *blocks, Chunk chunk) {
    return chunk.images * chunk.rows * blocks->across;
}

/* Copies a chunk's inputs into `copy`, a slab, and maps every block of it. */
void map_inputs(const WinogradBlocks *blocks, const SlabSource *source, Chunk chunk, float *copy,
                float *mapped);

/* What a later chunk will read, fetched into the cache a piece at a time while this one's products
 * are computed: the memory works while the multipliers do. */
typedef struct Ahead {
    const char *from;
    size_t bytes;
} Ahead;

/* The lines of chunk number `index`, nothing beyond the last chunk, in images that have
 * `height` lines of `line` floats. */
Ahead chunk_ahead(const WinogradBlocks *blocks, int index, const float *images, int height,
                  size_t line);

static inline void fetch_piece(Ahead ahead, int piece, int pieces) {
    size_t size = ahead.bytes / pieces;
    for (size_t at = size * piece; at < size * (piece + 1); at += CACHE_LINE)
        __builtin_prefetch(ahead.from + at);
}

#endif
