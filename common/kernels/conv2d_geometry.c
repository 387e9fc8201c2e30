/* See conv2d_geometry.h. */
#include "kernels/conv2d_geometry.h"

#include <stdint.h>

enum { LONGEST_ROW = 8 * TILE_ROWS };

Conv2DShape regular_shape(const Conv2DShape *shape) {
    Conv2DShape regular = *shape;
    int pixels = shape->batch * shape->in_height * shape->in_width;
    if (shape->kernel_size > 1 || shape->strides > 1 || shape->in_height != shape->out_height ||
        shape->in_width != shape->out_width)
        return regular;
    for (int width = LONGEST_ROW; width >= TILE_ROWS; width -= TILE_ROWS)
        if (pixels % width == 0) {
            regular.batch = 1;
            regular.in_height = regular.out_height = pixels / width;
            regular.in_width = regular.out_width = width;
            break;
        }
    return regular;
}

Correlation forward_correlation(const Conv2DShape *shape) {
    Correlation forward = {
        .height = shape->in_height,
        .width = shape->in_width,
        .channels = shape->channels,
        .skip = 1,
        .source_height = shape->in_height,
        .source_width = shape->in_width,
        .out_height = shape->out_height,
        .out_width = shape->out_width,
        .filters = shape->filters,
        .rows = shape->kernel_size,
        .cols = shape->kernel_size,
        .step = shape->strides,
        .top = shape->pad_top,
        .left = shape->pad_left,
        .tap_step = 1,
        .target_height = shape->out_height,
        .target_width = shape->out_width,
        .spacing = 1,
    };
    if (shape->kernel_size == 1 && shape->pad_top == 0 && shape->pad_left == 0) {
        forward.skip = shape->strides;
        forward.step = 1;
        forward.height = ceil_div(shape->in_height, shape->strides);
        forward.width = ceil_div(shape->in_width, shape->strides);
    }
    crop_dead_taps(&forward);
    return forward;
}

void crop_dead_taps(Correlation *c) {
    int first_row = max_int(0, c->top - (c->out_height - 1) * c->step);
    int first_col = max_int(0, c->left - (c->out_width - 1) * c->step);
    c->rows = max_int(0, min_int(c->rows, c->height + c->top) - first_row);
    c->cols = max_int(0, min_int(c->cols, c->width + c->left) - first_col);
    c->top -= first_row;
    c->left -= first_col;
    c->tap_row += first_row * c->tap_step;
    c->tap_col += first_col * c->tap_step;
}

/* As many rows or a few more, so that tiles fill up with them, where the image has so many. */
static int whole_tiles(int rows, int height, int width) {
    int step = 1;
    while (step * width % TILE_ROWS != 0)
        step++;
    int more = ceil_div(rows, step) * step;
    return more <= height && more < 2 * rows ? more : rows;
}

Chunks cut_batch(int batch, int height, int width, int positions) {
    Chunks chunks = {.batch = batch, .height = height, .images = 1, .rows = height};
    if ((long)height * width > positions)
        chunks.rows = whole_tiles(max_int(1, positions / max_int(1, width)), height, width);
    else
        chunks.images = min_int(batch, positions / max_int(1, height * width));
    if (chunks.images > TILE_ROWS)
        chunks.images -= chunks.images % TILE_ROWS;
    chunks.bands = ceil_div(height, chunks.rows);
    chunks.rows = whole_tiles(ceil_div(height, chunks.bands), height, width);
    chunks.bands = ceil_div(height, chunks.rows);
    chunks.count = ceil_div(batch, chunks.images) * chunks.bands;
    return chunks;
}

Chunk nth_chunk(const Chunks *chunks, int index) {
    Chunk chunk = {
        .image = index / chunks->bands * chunks->images,
        .row = index % chunks->bands * chunks->rows,
    };
    chunk.images = min_int(chunks->images, chunks->batch - chunk.image);
    chunk.rows = min_int(chunks->rows, chunks->height - chunk.row);
    return chunk;
}

Slab slab_for(const Correlation *correlations, int count, const Chunks *chunks) {
    Slab slab = {0};
    int bottom = 1, right = 1, width = 0, step = correlations[0].step;
    for (const Correlation *c = correlations; c < correlations + count; c++) {
        slab.top = max_int(slab.top, c->top);
        slab.left = max_int(slab.left, c->left);
        bottom = max_int(bottom, c->rows - c->top);
        right = max_int(right, c->cols - c->left);
        width = max_int(width, c->out_width);
    }
    slab.height = (chunks->rows - 1) * step + slab.top + bottom;
    slab.width = (width - 1) * step + slab.left + right;
    slab.floats = (size_t)chunks->images * slab.height * slab.width * correlations[0].channels;
    return slab;
}

size_t whole_lines(size_t bytes) {
    return (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

void *take_bytes(char **workspace, size_t bytes) {
    uintptr_t first = (uintptr_t)*workspace;
    char *taken = *workspace + (whole_lines(first) - first);
    *workspace = taken + bytes;
    return taken;
}
