/* See conv2d_pixels.h. */
#include "kernels/conv2d_pixels.h"

/* Adds position (y, x) of image n of the chunk to the tile. */
static void add_pixel(Tile *tile, const Correlation *c, const Slab *slab, Chunk chunk, int n, int y,
                      int x) {
    int top = c->top - y * c->step, left = c->left - x * c->step;
    int slab_y = (y - chunk.row) * c->step + slab->top - c->top;
    int slab_x = x * c->step + slab->left - c->left;
    size_t target_y = (size_t)n * c->target_height + c->target_row + (y - chunk.row) * c->spacing;
    size_t target_x = c->target_col + x * c->spacing;
    int i = tile->count++;
    tile->source[i] = ((n * slab->height + slab_y) * slab->width + slab_x) * c->channels;
    tile->target[i] = (target_y * c->target_width + target_x) * c->filters;
    tile->row = min_int(tile->row, max_int(0, top));
    tile->col = min_int(tile->col, max_int(0, left));
    tile->end_row = max_int(tile->end_row, min_int(c->rows, c->height + top));
    tile->end_col = max_int(tile->end_col, min_int(c->cols, c->width + left));
}

bool tiles_by_place(const Correlation *c) {
    return c->rows * c->cols > 1 && c->out_height * c->out_width <= SMALL_MAP;
}

int list_tiles(const Correlation *c, const Slab *slab, Chunk chunk, Tile *tiles) {
    bool by_place = chunk.images >= TILE_ROWS && tiles_by_place(c);
    int outer = by_place ? 1 : chunk.images, inner = by_place ? chunk.images : 1;
    int end = min_int(chunk.row + chunk.rows, c->out_height);
    const Tile empty = {.row = c->rows, .col = c->cols};
    Tile *tile = tiles;
    *tile = empty;
    for (int i = 0; i < outer; i++)
        for (int y = chunk.row; y < end; y++)
            for (int x = 0; x < c->out_width; x++)
                for (int j = 0; j < inner; j++) {
                    if (tile->count == TILE_ROWS)
                        *++tile = empty;
                    add_pixel(tile, c, slab, chunk, i + j, y, x);
                }
    for (int i = tile->count; tile->count > 0 && i < TILE_ROWS; i++) {
        tile->source[i] = tile->source[i - 1];
        tile->target[i] = tile->target[i - 1];
    }
    return (int)(tile - tiles) + (tile->count > 0);
}

/* The sums of `lanes` filters from number `first` on begin with the bias and the addend. `vectors`
 * and `whole` (no lane is missing) are constants where these three are called. */
static inline __attribute__((always_inline)) void
begin_sums(const Tile *tile, int vectors, int lanes, int first, Epilogue epilogue, Vector *sums) {
    for (int v = 0; v < vectors; v++) {
        int at = first + v * VECTOR_FLOATS, there = lanes - v * VECTOR_FLOATS;
        Vector bias = {0};
        if (epilogue.bias)
            bias = vector_load_first(epilogue.bias + at, there);
        for (int i = 0; i < TILE_ROWS; i++)
            sums[i * vectors + v] = bias;
        for (int i = 0; epilogue.addend && i < TILE_ROWS; i++)
            sums[i * vectors + v] +=
                vector_load_first(epilogue.addend + tile->target[i] + at, there);
    }
}

static inline __attribute__((always_inline)) void
store_sums(const Tile *tile, int vectors, int lanes, int first, float *target, const Vector *sums) {
    for (int i = 0; i < TILE_ROWS && i < tile->count; i++)
        for (int v = 0; v < vectors; v++)
            vector_store_first(target + tile->target[i] + first + v * VECTOR_FLOATS,
                               sums[i * vectors + v], lanes - v * VECTOR_FLOATS);
}

/* The same for a whole panel, past the caches. */
static inline void stream_sums(const Tile *tile, int first, float *target, const Vector *sums) {
    for (int i = 0; i < tile->count; i++)
        for (int v = 0; v < TILE_VECTORS; v++)
            vector_stream(target + tile->target[i] + first + v * VECTOR_FLOATS,
                          sums[i * TILE_VECTORS + v]);
}

static inline __attribute__((always_inline)) void
run_panel(const Tile *tile, int vectors, int lanes, const float *const *rows, const float *panel,
          const Run *runs, int count, int first, Epilogue epilogue) {
    Vector sums[TILE_ROWS * TILE_VECTORS];
    begin_sums(tile, vectors, lanes, first, epilogue, sums);
    outer_product(vectors, sums, rows, 1, panel, vectors, runs, count);
    if (epilogue.streams && lanes == PANEL_FLOATS)
        stream_sums(tile, first, epilogue.target, sums);
    else
        store_sums(tile, vectors, lanes, first, epilogue.target, sums);
}

void run_tile(const Correlation *c, const Slab *slab, const Tile *tile, const float *pixels,
              const float *panel, int first, Epilogue epilogue) {
    int vectors = panel_vectors(c->filters, first), width = vectors * VECTOR_FLOATS;
    int lanes = min_int(width, c->filters - first);
    const float *rows[TILE_ROWS];
    Run runs[c->rows + 1];
    int count = 0, length = max_int(0, tile->end_col - tile->col) * c->channels;
    for (int r = tile->row; r < tile->end_row; r++)
        runs[count++] = (Run){.row = (r * slab->width + tile->col) * c->channels,
                              .panel = (r * c->cols + tile->col) * c->channels * width,
                              .length = length};
    for (int i = 0; i < TILE_ROWS; i++)
        rows[i] = pixels + tile->source[i];
    if (lanes == PANEL_FLOATS)
        run_panel(tile, TILE_VECTORS, PANEL_FLOATS, rows, panel, runs, count, first, epilogue);
    else
        run_panel(tile, vectors, lanes, rows, panel, runs, count, first, epilogue);
}
