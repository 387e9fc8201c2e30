/* See conv2d_kernel_block.h. */
#include "kernels/conv2d_kernel_block.h"

/* The positions of the chunk at which any of the taps first..last sees the image. */
static Box live_positions(const Correlation *c, Chunk chunk, int first, int last) {
    Box box = {c->out_height, 0, c->out_width, 0};
    for (int tap = first; tap <= last; tap++) {
        int y = c->top - tap / c->cols, x = c->left - tap % c->cols;
        box.row = min_int(box.row, y <= 0 ? 0 : ceil_div(y, c->step));
        box.col = min_int(box.col, x <= 0 ? 0 : ceil_div(x, c->step));
        box.end_row = max_int(box.end_row, (c->height - 1 + y + c->step) / c->step);
        box.end_col = max_int(box.end_col, (c->width - 1 + x + c->step) / c->step);
    }
    box.row = max_int(box.row, chunk.row);
    box.end_row = min_int(box.end_row, chunk.row + chunk.rows);
    box.end_col = min_int(box.end_col, c->out_width);
    return box;
}

/* Lists the runs of steps, in every image of the chunk, at which any of the taps sees the image,
 * for a block of `width` channels. Rows, and then images, that meet become one run. */
static void list_runs(KernelWork *work, int first_tap, int last_tap, int width) {
    const Correlation *c = work->layer;
    bool same_width = width == work->width;
    if (same_width && first_tap == work->first_tap && last_tap == work->last_tap)
        return;
    work->first_tap = first_tap;
    work->last_tap = last_tap;
    Box box = live_positions(c, work->chunk, first_tap, last_tap);
    if (same_width && memcmp(&box, &work->box, sizeof box) == 0)
        return;
    work->width = width;
    work->box = box;
    int stride = c->step * width;
    int line = work->slab->width * stride, panel_line = c->out_width * work->pitch;
    int image = work->slab->height * work->slab->width * width;
    int panel_image = work->chunk.rows * panel_line;
    int row = (box.row - work->chunk.row) * line + box.col * stride;
    int panel = (box.row - work->chunk.row) * panel_line + box.col * work->pitch;
    int images = work->chunk.images, lines = max_int(0, box.end_row - box.row);
    int length = max_int(0, box.end_col - box.col);
    if (length * stride == line && length * work->pitch == panel_line) {
        length *= lines;
        lines = 1;
    }
    if (lines == 1 && length * stride == image && length * work->pitch == panel_image) {
        length *= images;
        images = 1;
    }
    work->count = 0;
    for (int n = 0; n < images; n++)
        for (int y = 0; y < lines; y++)
            work->runs[work->count++] = (Run){.row = row + n * image + y * line,
                                              .panel = panel + n * panel_image + y * panel_line,
                                              .length = length};
}

/* What all rows of a block have in common. */
typedef struct Block {
    const KernelWork *work;
    int first, width; /* channels */
    const float *values;
    float *d_kernel;
} Block;

/* A row of the kernel matrix: a tap and a channel of the block. */
typedef struct Row {
    int r, s, channel;
    const float *values; /* at the chunk's first position */
    float *target;       /* in d_kernel, from the panel's first filter on */
} Row;

static inline void begin_tap(const Block *block, Row *row) {
    const KernelWork *work = block->work;
    const Correlation *c = work->layer;
    size_t tap = (c->tap_row + row->r) * work->kernel_size + c->tap_col + row->s;
    row->channel = 0;
    row->values = block->values + (row->r * work->slab->width + row->s) * block->width;
    row->target = block->d_kernel + (tap * c->channels + block->first) * c->filters + work->lane;
}

/* In place: a Row returned by value would go through memory. */
static inline void advance(const Block *block, Row *row) {
    const Correlation *c = block->work->layer;
    row->values++;
    row->target += c->filters;
    if (++row->channel < block->width)
        return;
    if (++row->s == c->cols) {
        row->s = 0;
        row->r++;
    }
    begin_tap(block, row);
}

/* The sums of the tile after the one that is computed, fetched meanwhile. */
static inline void fetch_targets(const float *target, int filters, int vectors) {
    for (int i = 0; i < TILE_ROWS; i++)
        for (int v = 0; v < vectors; v++)
            __builtin_prefetch(target + (size_t)i * filters + v * VECTOR_FLOATS);
}

/* One register tile, of whose rows `count` are there. `vectors` and, where no lane is missing,
 * `lanes` are constants where this is called. */
static inline __attribute__((always_inline)) void add_tile(const KernelWork *work, int vectors,
                                                           int lanes, bool is_first, int stride,
                                                           const float *const *values,
                                                           float *const *targets, int count) {
    Vector sums[TILE_ROWS * TILE_VECTORS] = {0};
    for (int v = 0; !is_first && v < vectors; v++)
        for (int i = 0; i < TILE_ROWS; i++)
            sums[i * vectors + v] =
                vector_load_first(targets[i] + v * VECTOR_FLOATS, lanes - v * VECTOR_FLOATS);
    outer_product(vectors, sums, values, stride, work->panel, work->pitch / VECTOR_FLOATS,
                  work->runs, work->count);
    for (int v = 0; v < vectors; v++)
        for (int i = 0; i < count; i++)
            vector_store_first(targets[i] + v * VECTOR_FLOATS, sums[i * vectors + v],
                               lanes - v * VECTOR_FLOATS);
}

void kernel_add_block(KernelWork *work, int first, int width, const float *values, bool is_first,
                      float *d_kernel) {
    const Correlation *c = work->layer;
    const Block block = {work, first, width, values, d_kernel};
    int depth = c->rows * c->cols * width, stride = c->step * width;
    int lanes = min_int(PANEL_FLOATS, c->filters - work->lane);
    Row row = {0};
    begin_tap(&block, &row);
    for (int begin = 0; begin < depth; begin += TILE_ROWS) {
        int count = min_int(TILE_ROWS, depth - begin), first_tap = row.r * c->cols + row.s;
        int last_tap = first_tap;
        const float *rows[TILE_ROWS];
        float *targets[TILE_ROWS];
        for (int i = 0; i < count; i++, advance(&block, &row)) {
            last_tap = row.r * c->cols + row.s;
            rows[i] = row.values;
            targets[i] = row.target;
        }
        for (int i = count; i < TILE_ROWS; i++) {
            rows[i] = rows[0];
            targets[i] = targets[0];
        }
        if (!is_first && begin + TILE_ROWS < depth)
            fetch_targets(row.target, c->filters, work->vectors);
        list_runs(work, first_tap, last_tap, width);
        if (lanes == PANEL_FLOATS)
            add_tile(work, TILE_VECTORS, PANEL_FLOATS, is_first, stride, rows, targets, count);
        else
            add_tile(work, work->vectors, lanes, is_first, stride, rows, targets, count);
    }
}
