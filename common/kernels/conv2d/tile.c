/* The register tile of tile.h. The loops over rows and vectors have constant bounds and are
 * unrolled whole, so that the compiler keeps the sums in registers. */
#include "kernels/conv2d/tile.h"

#include <stdbool.h>

ALWAYS_INLINE void update_tile(int vectors, bool accumulate, Vector *sums, const float *const *rows,
                               long stride, const float *panel, long pitch, const Run *runs,
                               int count) {
    Vector tile[TILE_ROWS * TILE_VECTORS];
    const float *row[TILE_ROWS];
#pragma GCC unroll 16
    for (int i = 0; i < TILE_ROWS; i++)
        row[i] = rows[i];
#pragma GCC unroll 16
    for (int i = 0; i < TILE_ROWS * vectors; i++)
        tile[i] = accumulate ? sums[i] : (Vector){0};
    for (const Run *run = runs; run < runs + count; run++) {
        const Vector *factors = (const Vector *)(panel + run->panel);
        long end = run->row + run->length * stride;
        for (long at = run->row; at < end; at += stride, factors += pitch)
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
                   const float *panel, int pitch, const Run *runs, int count) {
    if (vectors == TILE_VECTORS)
        update_tile(TILE_VECTORS, true, sums, rows, stride, panel, pitch, runs, count);
    else
        update_tile(1, true, sums, rows, stride, panel, pitch, runs, count);
}

/* Not inlined: beside a loop around it the row pointers would not stay in registers. */
static __attribute__((noinline)) void
write_tile(int vectors, Vector *sums, const float *const *rows, const float *panel, int length) {
    const Run run = {.length = length};
    if (vectors == TILE_VECTORS)
        update_tile(TILE_VECTORS, false, sums, rows, 1, panel, TILE_VECTORS, &run, 1);
    else
        update_tile(1, false, sums, rows, 1, panel, 1, &run, 1);
}

void matrix_product(int vectors, const float *rows, int count, int length, const float *panel,
                    float *products, size_t tile) {
    for (int first = 0; first < count; first += TILE_ROWS, products += tile) {
        const float *row[TILE_ROWS];
        for (int i = 0; i < TILE_ROWS; i++)
            row[i] = rows + (size_t)(first + i < count ? first + i : count - 1) * length;
        write_tile(vectors, (Vector *)products, row, panel, length);
    }
}
