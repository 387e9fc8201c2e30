/* The register tile of tile.h. The loops over rows and vectors have constant bounds and are
 * unrolled whole, so that the compiler keeps the sums in registers. */
#include "kernels/conv2d/tile.h"

#include <stdbool.h>

ALWAYS_INLINE void update_tile(int vectors, Vector *sums, const float *const *rows, long stride,
                               const float *panel, long pitch, const Run *runs, int count) {
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
        update_tile(TILE_VECTORS, sums, rows, stride, panel, pitch, runs, count);
    else
        update_tile(1, sums, rows, stride, panel, pitch, runs, count);
}

/* A tile whose rows lie at constant distances needs no pointers to them. It takes `steps` steps in
 * each of the slices. All but those numbers and the pointers are constants where this is called. */
typedef struct SliceSteps {
    int slices, steps;
    size_t pitch; /* floats from slice to slice */
} SliceSteps;

ALWAYS_INLINE void sliced_tile(int vectors, int rows, int row_pitch, int step_pitch,
                               bool accumulate, SliceSteps all, const float *row,
                               const float *panel, float *sums) {
    Vector tile[TILE_ROWS * TILE_VECTORS];
    const Vector *factors = (const Vector *)panel;
#pragma GCC unroll 32
    for (int i = 0; i < rows * vectors; i++)
        tile[i] = accumulate ? ((Vector *)sums)[i] : (Vector){0};
    for (int slice = 0; slice < all.slices; slice++, row += all.pitch) {
        const float *at = row;
        for (int step = 0; step < all.steps; step++, at += step_pitch, factors += vectors)
#pragma GCC unroll 16
            for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
                for (int v = 0; v < vectors; v++)
                    tile[i * vectors + v] += at[i * row_pitch] * factors[v];
    }
#pragma GCC unroll 32
    for (int i = 0; i < rows * vectors; i++)
        ((Vector *)sums)[i] = tile[i];
}

/* The last rows are taken by smaller tiles. */
enum { FEW_ROWS = TILE_ROWS / 2 };

/* Writes the products of as many tiles of `height` rows as there are; less than FEW_ROWS rows may
 * be missing in the last one. */
ALWAYS_INLINE void product_tiles(int vectors, int height, SlicedRows *rows, const float *panel,
                                 float **products) {
    const SliceSteps all = {rows->channels / SLICE, SLICE, rows->pitch};
    for (; rows->count > height - FEW_ROWS; rows->count -= height) {
        sliced_tile(vectors, height, SLICE, 1, false, all, rows->first, panel, *products);
        rows->first += height * SLICE;
        *products += height * vectors * VECTOR_FLOATS;
    }
}

ALWAYS_INLINE void product_rows(int vectors, SlicedRows rows, const float *panel, float *products) {
    product_tiles(vectors, TILE_ROWS * TILE_VECTORS / vectors, &rows, panel, &products);
    if (vectors < TILE_VECTORS)
        product_tiles(vectors, TILE_ROWS, &rows, panel, &products);
    product_tiles(vectors, FEW_ROWS, &rows, panel, &products);
}

void sliced_product(int vectors, SlicedRows rows, const float *panel, float *products) {
    if (vectors == TILE_VECTORS)
        product_rows(TILE_VECTORS, rows, panel, products);
    else
        product_rows(1, rows, panel, products);
}

/* A tile's rows are channels of one slice. */
ALWAYS_INLINE void outer_product_rows(int vectors, SlicedRows rows, const float *panel,
                                      float *sums) {
    enum { LAST_ROWS = SLICE % TILE_ROWS };
    const SliceSteps all = {1, rows.count, 0};
    const float *row = rows.first;
    for (int channel = 0; channel < rows.channels; channel += SLICE, row += rows.pitch) {
        int at = 0;
        for (; at + TILE_ROWS <= SLICE; at += TILE_ROWS) {
            sliced_tile(vectors, TILE_ROWS, 1, SLICE, true, all, row + at, panel, sums);
            sums += TILE_ROWS * vectors * VECTOR_FLOATS;
        }
        if (LAST_ROWS > 0) {
            sliced_tile(vectors, LAST_ROWS, 1, SLICE, true, all, row + at, panel, sums);
            sums += LAST_ROWS * vectors * VECTOR_FLOATS;
        }
    }
}

void sliced_outer_product(int vectors, SlicedRows rows, const float *panel, float *sums) {
    if (vectors == TILE_VECTORS)
        outer_product_rows(TILE_VECTORS, rows, panel, sums);
    else
        outer_product_rows(1, rows, panel, sums);
}
