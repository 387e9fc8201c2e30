/* See conv2d_winograd_blocks.h; also the rule that says when Winograd pays. */
#include "kernels/conv2d_winograd_blocks.h"

#include "kernels/conv2d_winograd.h"
#include "kernels/conv2d_winograd_transform.h"

/* Blocks of a chunk: at most, and at least where there are so many: enough to use each weight many
 * times, few enough for the caches. The 36 planes of more weights than these, 9 MB, would come
 * from far for every chunk. */
enum { MOST_BLOCKS = 64, LEAST_BLOCKS = 16, MOST_WEIGHTS = 256 * 256 };

/* Pairs (position, tap) along one axis that lie inside the image. */
static long live_pairs(int positions, int taps, int size, int padding) {
    long pairs = 0;
    for (int at = 0; at < positions; at++)
        pairs += max_int(0, min_int(taps, size + padding - at) - max_int(0, padding - at));
    return pairs;
}

bool winograd_pays(const Correlation *c, int batch) {
    if (c->rows != WINOGRAD_TAPS || c->cols != WINOGRAD_TAPS || c->step != 1 || c->skip != 1 ||
        c->spacing != 1 || c->channels % VECTOR_FLOATS != 0 || c->filters % VECTOR_FLOATS != 0)
        return false;
    long blocks =
        (long)ceil_div(c->out_height, WINOGRAD_OUTPUTS) * ceil_div(c->out_width, WINOGRAD_OUTPUTS);
    long direct = live_pairs(c->out_height, c->rows, c->height, c->top) *
                  live_pairs(c->out_width, c->cols, c->width, c->left);
    return batch * blocks >= MOST_BLOCKS && direct >= 2 * WINOGRAD_PRODUCTS * blocks &&
           c->channels * (long)c->filters <= MOST_WEIGHTS;
}

Blocks cut_blocks(const Correlation *c, int batch, int tasks) {
    int down = ceil_div(c->out_height, WINOGRAD_OUTPUTS);
    Blocks blocks = {.across = ceil_div(c->out_width, WINOGRAD_OUTPUTS)};
    long share = (long)batch * down * blocks.across / tasks;
    int wanted = max_int(LEAST_BLOCKS, (int)(share < MOST_BLOCKS ? share : MOST_BLOCKS));
    blocks.chunks = cut_batch(batch, down, blocks.across, wanted);
    blocks.most = blocks.chunks.images * blocks.chunks.rows * blocks.across;
    blocks.plane = (size_t)blocks.most * c->channels + PLANE_GAP;
    const int ring = WINOGRAD_POINTS - WINOGRAD_OUTPUTS;
    Slab *slab = &blocks.slab;
    slab->top = c->top;
    slab->left = c->left;
    slab->height = blocks.chunks.rows * WINOGRAD_OUTPUTS + ring;
    slab->width = blocks.across * WINOGRAD_OUTPUTS + ring;
    slab->floats = (size_t)blocks.chunks.images * slab->height * slab->width * c->channels;
    return blocks;
}

/* Maps one vector of channels of one 6 x 6 block; a line of the slab is `pitch` floats. */
static void map_block(const float *from, size_t pitch, int channels, float *mapped, size_t plane) {
    Vector half[WINOGRAD_PRODUCTS];
    for (int j = 0; j < 6; j++) {
        Vector column[6], points[6];
        for (int i = 0; i < 6; i++)
            column[i] = vector_load(from + i * pitch + j * channels);
        winograd_inputs(column, points, 1);
        for (int i = 0; i < 6; i++)
            half[6 * i + j] = points[i];
    }
    for (int i = 0; i < 6; i++) {
        Vector points[6];
        winograd_inputs(half + 6 * i, points, 1);
        for (int j = 0; j < 6; j++)
            vector_store(mapped + (6 * i + j) * plane, points[j]);
    }
}

void map_inputs(const Correlation *c, const Blocks *blocks, Chunk chunk, Conv2DPrologue prologue,
                const float *source, float *slab, float *mapped) {
    size_t pitch = (size_t)blocks->slab.width * c->channels;
    Chunk pixels = chunk;
    pixels.row *= WINOGRAD_OUTPUTS;
    pack_slab(c, &blocks->slab, pixels, prologue, source, slab);
    for (int n = 0; n < chunk.images; n++)
        for (int y = 0; y < chunk.rows; y++)
            for (int x = 0; x < blocks->across; x++) {
                size_t line = (size_t)n * blocks->slab.height + y * WINOGRAD_OUTPUTS;
                const float *from =
                    slab + line * pitch + (size_t)x * WINOGRAD_OUTPUTS * c->channels;
                for (int at = 0; at < c->channels; at += VECTOR_FLOATS)
                    map_block(from + at, pitch, c->channels, mapped + at, blocks->plane);
                mapped += c->channels;
            }
}
