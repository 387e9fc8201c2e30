/* The register tile of conv2d_tile.h. The loops over rows and vectors have constant bounds and are
 * unrolled whole, so that the compiler keeps the sums in registers. */
#include "kernels/conv2d_tile.h"

static inline __attribute__((always_inline)) void update_tile(int vectors, Vector *sums,
                                                              const float *const *rows, long stride,
                                                              const float *panel, const Run *runs,
                                                              int count) {
    Vector tile[TILE_ROWS * TILE_VECTORS];
    const float *row[TILE_ROWS];
#pragma GCC unroll 16
    for (int i = 0; i < TILE_ROWS; i++)
        row[i] = rows[i];
#pragma GCC unroll 16
    for (int i = 0; i < TILE_ROWS * vectors; i++)
        tile[i] = sums[i];
    for (const Run *run = runs; run < runs + count; run++) {
        const Vector *factors = (const Vector *)(panel + run->panel);
        long end = run->row + run->length * stride;
        for (long at = run->row; at < end; at += stride, factors += vectors)
#pragma GCC unroll 16
            for (int i = 0; i < TILE_ROWS; i++)
#pragma GCC unroll 2
                for (int v = 0; v < vectors; v++)
                    tile[i * vectors + v] += row[i][at] * factors[v];
    }
#pragma GCC unroll 16
    for (int i = 0; i < TILE_ROWS * vectors; i++)
        sums[i] = tile[i];
}

void outer_product(int vectors, Vector *sums, const float *const rows[TILE_ROWS], int stride,
                   const float *panel, const Run *runs, int count) {
    if (vectors == TILE_VECTORS)
        update_tile(TILE_VECTORS, sums, rows, stride, panel, runs, count);
    else
        update_tile(1, sums, rows, stride, panel, runs, count);
}
