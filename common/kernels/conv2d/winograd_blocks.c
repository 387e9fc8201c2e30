/* See winograd_blocks.h; also the rule that says when Winograd pays. */
#include "kernels/conv2d/winograd_blocks.h"

#include "base/integers.h"
#include "kernels/conv2d/method.h"
#include "kernels/conv2d/winograd_maps.h"

/* Blocks of a chunk: at most, and at least if the batch has them: enough to use each weight many
 * times, few enough for the caches. */
enum { MOST_BLOCKS = 64, LEAST_BLOCKS = 16 };

/* Mapping the weights pays from this number of blocks on; four times as many for 512 x 512 weights,
 * whose planes are too large for a cache. */
enum { PAYING_BLOCKS = 32, CACHED_WEIGHTS = 256 * 256 };

/* With fewer channels or filters the maps cost more than they save. */
enum { LEAST_CHANNELS = 16 };

/* Pairs (position, tap) along one axis that lie inside the image. */
static long live_pairs(int positions, int taps, int size, int padding) {
    long pairs = 0;
    for (int at = 0; at < positions; at++)
        pairs += max_int(0, min_int(taps, size + padding - at) - max_int(0, padding - at));
    return pairs;
}

static long count_blocks(const Correlation *c, int outputs) {
    return (long)ceil_div(c->out_height, outputs) * ceil_div(c->out_width, outputs);
}

static long count_products(const Correlation *c, int outputs) {
    int points = outputs + WINOGRAD_TAPS - 1;
    return points * points * count_blocks(c, outputs);
}

/* m: the one with fewer products. */
static int block_outputs(const Correlation *c) {
    return count_products(c, 3) < count_products(c, 4) ? 3 : 4;
}

bool winograd_pays(const Correlation *c) {
    if (c->rows != WINOGRAD_TAPS || c->cols != WINOGRAD_TAPS || c->step != 1 || c->skip != 1 ||
        c->spacing != 1 || c->top < 0 || c->left < 0 || c->channels % VECTOR_FLOATS != 0 ||
        c->filters % VECTOR_FLOATS != 0 || min_int(c->channels, c->filters) < LEAST_CHANNELS)
        return false;
    int outputs = block_outputs(c);
    long direct = live_pairs(c->out_height, c->rows, c->height, c->top) *
                  live_pairs(c->out_width, c->cols, c->width, c->left);
    long weights = (long)c->channels * c->filters;
    long paying =
        PAYING_BLOCKS * (weights <= CACHED_WEIGHTS ? 1 : ceil_div(weights, CACHED_WEIGHTS));
    return c->batch * count_blocks(c, outputs) >= paying &&
           10 * direct >= 19 * count_products(c, outputs);
}

WinogradBlocks cut_blocks(const Correlation *c, int tasks) {
    int outputs = block_outputs(c), points = outputs + WINOGRAD_TAPS - 1;
    int down = ceil_div(c->out_height, outputs);
    WinogradBlocks blocks = {.outputs = outputs,
                             .points = points,
                             .products = points * points,
                             .across = ceil_div(c->out_width, outputs)};
    long task = (long)c->batch * down * blocks.across / tasks;
    int wanted = max_int(LEAST_BLOCKS, (int)(task < MOST_BLOCKS ? task : MOST_BLOCKS));
    blocks.chunks = cut_batch(c->batch, down, blocks.across, wanted);
    blocks.most = blocks.chunks.images * blocks.chunks.rows * blocks.across;
    blocks.plane = (size_t)blocks.most * c->channels + PLANE_GAP;
    Slab *slab = &blocks.slab;
    slab->top = c->top;
    slab->left = c->left;
    slab->height = blocks.chunks.rows * outputs + WINOGRAD_TAPS - 1;
    slab->width = blocks.across * outputs + WINOGRAD_TAPS - 1;
    slab->floats = (size_t)blocks.chunks.images * slab->height * slab->width * c->channels;
    return blocks;
}

/* Maps one vector of channels of one block; a line of the slab is `pitch` floats. */
ALWAYS_INLINE void map_block(int m, const float *from, size_t pitch, int channels, float *mapped,
                             size_t plane) {
    const int n = m + WINOGRAD_TAPS - 1;
    Vector half[WINOGRAD_MOST_PRODUCTS];
    for (int j = 0; j < n; j++) {
        Vector column[WINOGRAD_MOST_POINTS], points[WINOGRAD_MOST_POINTS];
        for (int i = 0; i < n; i++)
            column[i] = vector_load(from + i * pitch + j * channels);
        winograd_inputs(m, column, points, 1);
        for (int i = 0; i < n; i++)
            half[n * i + j] = points[i];
    }
    for (int i = 0; i < n; i++) {
        Vector points[WINOGRAD_MOST_POINTS];
        winograd_inputs(m, half + n * i, points, 1);
        for (int j = 0; j < n; j++)
            vector_store(mapped + (n * i + j) * plane, points[j]);
    }
}

void map_inputs(const WinogradBlocks *blocks, const SlabSource *source, Chunk chunk, float *copy,
                float *mapped) {
    int m = blocks->outputs, channels = source->channels;
    size_t pitch = (size_t)blocks->slab.width * channels;
    Chunk pixels = chunk;
    pixels.row *= m;
    pack_slab(source, pixels, copy);
    for (int n = 0; n < chunk.images; n++)
        for (int y = 0; y < chunk.rows; y++)
            for (int x = 0; x < blocks->across; x++, mapped += channels) {
                size_t line = (size_t)n * blocks->slab.height + y * m;
                const float *from = copy + line * pitch + (size_t)x * m * channels;
                for (int at = 0; at < channels; at += VECTOR_FLOATS)
                    if (m == 4)
                        map_block(4, from + at, pitch, channels, mapped + at, blocks->plane);
                    else
                        map_block(3, from + at, pitch, channels, mapped + at, blocks->plane);
            }
}

Ahead chunk_ahead(const WinogradBlocks *blocks, int index, const float *images, int height,
                  size_t line) {
    if (index >= blocks->chunks.count)
        return (Ahead){0};
    Chunk chunk = nth_chunk(&blocks->chunks, index);
    int first = chunk.row * blocks->outputs;
    int rows = min_int(chunk.rows * blocks->outputs, height - first) + (chunk.images - 1) * height;
    if (rows <= 0) /* padding alone */
        return (Ahead){0};
    size_t from = ((size_t)chunk.image * height + first) * line;
    return (Ahead){(const char *)(images + from), rows * line * sizeof *images};
}
