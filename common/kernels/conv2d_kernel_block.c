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
    Box box = live_positions(c, work->chunk, first_tap, last_tap);
    if (width == work->width && memcmp(&box, &work->box, sizeof box) == 0)
        return;
    work->width = width;
    work->box = box;
    int lanes = work->vectors * VECTOR_FLOATS, stride = c->step * width;
    int line = work->slab->width * stride, panel_line = c->out_width * lanes;
    int image = work->slab->height * work->slab->width * width;
    int panel_image = work->chunk.rows * panel_line;
    int row = (box.row - work->chunk.row) * line + box.col * stride;
    int panel = (box.row - work->chunk.row) * panel_line + box.col * lanes;
    int images = work->chunk.images, lines = max_int(0, box.end_row - box.row);
    int length = max_int(0, box.end_col - box.col);
    if (length * stride == line && length * lanes == panel_line) {
        length *= lines;
        lines = 1;
    }
    if (lines == 1 && length * stride == image && length * lanes == panel_image) {
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

/* A row of the kernel matrix: a tap and a channel of a block of `width` channels. */
typedef struct Row {
    int r, s, channel;
} Row;

static Row next_row(const Correlation *c, int width, Row row) {
    if (++row.channel < width)
        return row;
    row.channel = 0;
    if (++row.s < c->cols)
        return row;
    return (Row){.r = row.r + 1};
}

void kernel_add_block(KernelWork *work, int first, int width, const float *block, bool is_first,
                      float *d_kernel) {
    const Correlation *c = work->layer;
    int depth = c->rows * c->cols * width, there = c->filters - work->lane;
    Row row = {0};
    for (int begin = 0; begin < depth; begin += TILE_ROWS) {
        int count = min_int(TILE_ROWS, depth - begin), first_tap = row.r * c->cols + row.s;
        int last_tap = first_tap;
        const float *rows[TILE_ROWS];
        float *target[TILE_ROWS];
        Vector sums[TILE_ROWS * TILE_VECTORS];
        for (int i = 0; i < count; i++) {
            int tap = (c->tap_row + row.r) * work->kernel_size + c->tap_col + row.s;
            size_t at = (size_t)tap * c->channels + first + row.channel;
            last_tap = row.r * c->cols + row.s;
            rows[i] = block + (row.r * work->slab->width + row.s) * width + row.channel;
            target[i] = d_kernel + at * c->filters + work->lane;
            row = next_row(c, width, row);
        }
        for (int i = count; i < TILE_ROWS; i++)
            rows[i] = rows[0];
        if (is_first || count < TILE_ROWS)
            memset(sums, 0, sizeof sums);
        for (int i = 0; i < count && !is_first; i++)
            for (int v = 0; v < work->vectors; v++)
                sums[i * work->vectors + v] =
                    vector_load_first(target[i] + v * VECTOR_FLOATS, there - v * VECTOR_FLOATS);
        list_runs(work, first_tap, last_tap, width);
        outer_product(work->vectors, sums, rows, c->step * width, work->panel, work->runs,
                      work->count);
        for (int i = 0; i < count; i++)
            for (int v = 0; v < work->vectors; v++)
                vector_store_first(target[i] + v * VECTOR_FLOATS, sums[i * work->vectors + v],
                                   there - v * VECTOR_FLOATS);
    }
}
