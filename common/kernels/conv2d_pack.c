/* See conv2d_pack.h. */
#include "kernels/conv2d_pack.h"

/* max(0, from * scale + shift), one pixel. */
static void activate(int channels, Conv2DPrologue prologue, const float *from, float *to) {
    for (int c = 0; c < channels; c += VECTOR_FLOATS) {
        int there = channels - c;
        Vector scale = vector_load_first(prologue.scale + c, there);
        Vector shift = vector_load_first(prologue.shift + c, there);
        Vector value = vector_load_first(from + c, there) * scale + shift;
        vector_store_first(to + c, vector_relu(value), there);
    }
}

/* Every skip-th of a line's pixels. */
static void copy_pixels(int pixels, int channels, int skip, Conv2DPrologue prologue,
                        const float *from, float *to) {
    if (!prologue.scale && skip == 1) {
        memcpy(to, from, (size_t)pixels * channels * sizeof *to);
        return;
    }
    for (int x = 0; x < pixels; x++, from += skip * channels, to += channels)
        if (prologue.scale)
            activate(channels, prologue, from, to);
        else
            memcpy(to, from, (size_t)channels * sizeof *to);
}

void pack_slab(const Correlation *c, const Slab *slab, Chunk chunk, Conv2DPrologue prologue,
               const float *source, float *packed) {
    size_t pitch = (size_t)slab->width * c->channels;
    int pixels = min_int(c->width, slab->width - slab->left);
    size_t before = (size_t)slab->left * c->channels, middle = (size_t)pixels * c->channels;
    int first = chunk.row * c->step - slab->top;
    for (int n = 0; n < chunk.images; n++)
        for (int row = 0; row < slab->height; row++, packed += pitch) {
            int y = first + row;
            if (y < 0 || y >= c->height) {
                memset(packed, 0, pitch * sizeof *packed);
                continue;
            }
            size_t line = (size_t)(chunk.image + n) * c->source_height + y * c->skip;
            memset(packed, 0, before * sizeof *packed);
            copy_pixels(pixels, c->channels, c->skip, prologue,
                        source + line * c->source_width * c->channels, packed + before);
            memset(packed + before + middle, 0, (pitch - before - middle) * sizeof *packed);
        }
}

size_t packed_weights(const Correlation *c, int panels) {
    int lanes = min_int(panels * PANEL_FLOATS, padded_lanes(c->filters));
    return (size_t)c->rows * c->cols * c->channels * lanes;
}

void pack_weights(const Correlation *c, KernelView view, int panel, float *packed) {
    int first = panel * PANEL_FLOATS;
    int lanes = panel_vectors(c->filters, first) * VECTOR_FLOATS;
    int filters = min_int(lanes, c->filters - first);
    for (int tap = 0; tap < c->rows * c->cols; tap++) {
        int r = c->tap_row + tap / c->cols * c->tap_step;
        int s = c->tap_col + tap % c->cols * c->tap_step;
        const float *from = view.kernel + (r * view.size + s) * view.tap + first * view.filter;
        for (int channel = 0; channel < c->channels; channel++, from += view.channel) {
            for (int f = 0; f < filters; f++)
                packed[f] = from[f * view.filter];
            for (int f = filters; f < lanes; f++)
                packed[f] = 0;
            packed += lanes;
        }
    }
}

void pack_d_outputs(const Correlation *c, Chunk chunk, int panel, const float *d_outputs,
                    float *packed) {
    int first = panel * PANEL_FLOATS;
    int lanes = panel_vectors(c->filters, first) * VECTOR_FLOATS;
    int filters = min_int(lanes, c->filters - first);
    size_t pixel = ((size_t)chunk.image * c->out_height + chunk.row) * c->out_width;
    int pixels = chunk.images * chunk.rows * c->out_width;
    const float *from = d_outputs + pixel * c->filters + first;
    for (int p = 0; p < pixels; p++, from += c->filters)
        for (int v = 0; v < lanes; v += VECTOR_FLOATS, packed += VECTOR_FLOATS) {
            int there = min_int(VECTOR_FLOATS, filters - v);
            vector_store(packed, there == VECTOR_FLOATS ? vector_load(from + v)
                                                        : vector_load_first(from + v, there));
        }
}
