/* The micro-kernel that all three passes of the convolution share: an outer-product update of a
 * register tile.
 *
 *   sums(i, lane) += sum over steps t of row_i(t) * panel(t, lane)
 *
 * `row_i` is one float a step, broadcast to all lanes; `panel` is one or two vectors a step. With
 * TILE_ROWS rows and TILE_VECTORS vectors every step reads ROWS + VECTORS values for
 * ROWS * VECTORS multiply-adds, enough to keep two multiply-add units busy with two loads a cycle.
 * 16 registers hold 6 x 2 sums, two panel vectors and a broadcast. 32 registers would hold more,
 * but x86-64 has only 16 integer registers, and 8 row pointers are what fits beside the counters.
 * Where a browser compiles vectors of 4, it keeps a register for itself, and 6 rows go through
 * memory; SSE has the same 4 rows, so that a page's training leaves its bits.
 */
#ifndef KERNELS_CONV2D_TILE_H
#define KERNELS_CONV2D_TILE_H

#include "base/integers.h"
#include "kernels/simd.h"

enum {
    TILE_VECTORS = 2,
    TILE_ROWS = VECTOR_REGISTERS == 32 ? 8
                : VECTOR_FLOATS == 4   ? 4
                                       : 6,
    PANEL_FLOATS = TILE_VECTORS * VECTOR_FLOATS,
};

/* Consecutive steps: where they begin in each row and in the panel (in floats), and how many. */
typedef struct Run {
    int row, panel, length;
} Run;

/* Adds `count` runs to sums[TILE_ROWS * vectors]; a row advances by `stride` floats a step, the
 * panel, which begins at a whole vector, by `pitch` vectors. vectors is 1 or 2. */
void outer_product(int vectors, Vector *sums, const float *const rows[TILE_ROWS], int stride,
                   const float *panel, int pitch, const Run *runs, int count);

/* Rows in slices: floats of SLICE consecutive channels lie together, row after row; then come those
 * of the next SLICE channels, `pitch` floats from the first ones. */
enum { SLICE = LINE_FLOATS };
typedef struct SlicedRows {
    const float *first;
    size_t pitch;
    int count, channels;
} SlicedRows;

/* products (rows, lanes) = rows (rows, channels) times panel (channels, lanes). Whole tiles are
 * read and written: there is room for TILE_ROWS rows more, whose contents mean nothing. */
void sliced_product(int vectors, SlicedRows rows, const float *panel, float *products);

/* sums (channels, lanes) += the transpose of rows (rows, channels) times panel (rows, lanes). */
void sliced_outer_product(int vectors, SlicedRows rows, const float *panel, float *sums);

/* Filters are read in panels of at most PANEL_FLOATS; the last one is as narrow as whole vectors
 * allow. */
typedef struct Panel {
    int first, filters; /* of its filters, and how many it has */
    int vectors, lanes; /* in memory; lanes beyond the last filter are zeros */
} Panel;

static inline Panel nth_panel(int filters, int index) {
    int first = index * PANEL_FLOATS;
    int vectors = min_int(TILE_VECTORS, ceil_div(filters - first, VECTOR_FLOATS));
    int lanes = vectors * VECTOR_FLOATS;
    return (Panel){first, min_int(lanes, filters - first), vectors, lanes};
}

static inline int panel_count(int filters) {
    return ceil_div(filters, PANEL_FLOATS);
}

/* Lanes of all panels together. */
static inline int padded_lanes(int filters) {
    return ceil_div(filters, VECTOR_FLOATS) * VECTOR_FLOATS;
}

#endif
