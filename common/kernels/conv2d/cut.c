/* See cut.h. */
#include "kernels/conv2d/cut.h"

#include <omp.h>
#include <stdint.h>

#include "kernels/conv2d/tile.h"

Range share(int count, int shares, int index) {
    return (Range){(int)((long)count * index / shares), (int)((long)count * (index + 1) / shares)};
}

Tasks tasks_make(int count) {
    return (Tasks){.count = count, .shares = min_int(omp_get_max_threads(), MOST_SHARES)};
}

int next_task(Tasks *tasks) {
    for (int i = 0; i < tasks->shares; i++) {
        int number = (omp_get_thread_num() + i) % tasks->shares, taken;
        Range range = share(tasks->count, tasks->shares, number);
#pragma omp atomic capture
        taken = tasks->taken[number]++;
        if (taken < range.end - range.begin)
            return range.begin + taken;
    }
    return -1;
}

/* `rows`, or a few more if the image has them, so that the rows fill whole tiles. */
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

static size_t whole_lines(size_t bytes) {
    return (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

size_t room_bytes(const Room *counted, int threads) {
    return CACHE_LINE + counted->shared_bytes + threads * counted->own_bytes;
}

Room room_of_thread(const Room *counted, void *workspace) {
    char *shared = (char *)workspace + (whole_lines((uintptr_t)workspace) - (uintptr_t)workspace);
    return (Room){.shared = shared,
                  .own =
                      shared + counted->shared_bytes + omp_get_thread_num() * counted->own_bytes};
}

static void *take(char *begin, size_t *taken, size_t bytes) {
    char *piece = begin ? begin + *taken : NULL;
    *taken += whole_lines(bytes);
    return piece;
}

void *take_shared(Room *room, size_t bytes) {
    return take(room->shared, &room->shared_bytes, bytes);
}

void *take_own(Room *room, size_t bytes) {
    return take(room->own, &room->own_bytes, bytes);
}
