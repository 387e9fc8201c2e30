/* See conv2d_pack.h. */
#include "kernels/conv2d_pack.h"

enum { WIDE_VECTORS = 4, WIDE = WIDE_VECTORS * VECTOR_FLOATS };

/* Channels first .. of a line of pixels: max(0, from * scale + shift), or as they are. `vectors` is
 * a constant where this is called; of the last one, `there` lanes are there. */
static inline __attribute__((always_inline)) void
copy_channels(int vectors, int there, int first, int pixels, int channels, size_t distance,
              Conv2DPrologue prologue, const float *from, float *to) {
    Vector scale[WIDE_VECTORS], shift[WIDE_VECTORS];
    for (int v = 0; prologue.scale && v < vectors; v++) {
        int at = v * VECTOR_FLOATS;
        scale[v] = vector_load_first(prologue.scale + first + at, there - at);
        shift[v] = vector_load_first(prologue.shift + first + at, there - at);
    }
    for (int x = 0; x < pixels; x++)
        for (int v = 0; v < vectors; v++) {
            int at = first + v * VECTOR_FLOATS;
            __builtin_prefetch(from + x * distance + at + vectors * VECTOR_FLOATS);
            Vector value = vector_load_first(from + x * distance + at, there - v * VECTOR_FLOATS);
            if (prologue.scale)
                value = vector_relu(value * scale[v] + shift[v]);
            vector_store_first(to + (size_t)x * channels + at, value, there - v * VECTOR_FLOATS);
        }
}

/* A line of pixels that lie `distance` floats apart. */
static void copy_pixels(int pixels, int channels, size_t distance, Conv2DPrologue prologue,
                        const float *from, float *to) {
    int c = 0;
    if (!prologue.scale && distance == (size_t)channels) {
        memcpy(to, from, (size_t)pixels * channels * sizeof *to);
        return;
    }
    for (; c + WIDE <= channels; c += WIDE)
        copy_channels(WIDE_VECTORS, WIDE, c, pixels, channels, distance, prologue, from, to);
    for (; c + VECTOR_FLOATS <= channels; c += VECTOR_FLOATS)
        copy_channels(1, VECTOR_FLOATS, c, pixels, channels, distance, prologue, from, to);
    if (c < channels)
        copy_channels(1, channels - c, c, pixels, channels, distance, prologue, from, to);
}

/* One line of the slab: padding, pixels, padding. from is NULL for a line of zeros. */
static void copy_line(const Correlation *c, const Slab *slab, int channels, Conv2DPrologue prologue,
                      const float *from, float *to) {
    size_t pitch = (size_t)slab->width * channels, before = (size_t)slab->left * channels;
    if (!from) {
        memset(to, 0, pitch * sizeof *to);
        return;
    }
    int pixels = min_int(c->width, slab->width - slab->left);
    size_t end = before + (size_t)pixels * channels;
    if (before > 0)
        memset(to, 0, before * sizeof *to);
    copy_pixels(pixels, channels, (size_t)c->skip * c->channels, prologue, from, to + before);
    if (end < pitch)
        memset(to + end, 0, (pitch - end) * sizeof *to);
}

void pack_slab_line(const Correlation *c, const Slab *slab, Chunk chunk, int line,
                    SlabChannels channels, Conv2DPrologue prologue, const float *source,
                    float *packed) {
    int n = chunk.image + line / slab->height;
    int y = chunk.row * c->step - slab->top + line % slab->height;
    size_t row = (size_t)n * c->source_height + (size_t)y * c->skip;
    const float *from = y < 0 || y >= c->height
                            ? NULL
                            : source + row * c->source_width * c->channels + channels.first;
    for (int at = 0; at < channels.count; at += channels.block) {
        int width = min_int(channels.block, channels.count - at);
        Conv2DPrologue here = prologue;
        if (prologue.scale)
            here = (Conv2DPrologue){prologue.scale + channels.first + at,
                                    prologue.shift + channels.first + at};
        size_t before = (size_t)at * slab_lines(slab, chunk) + (size_t)line * width;
        copy_line(c, slab, width, here, from ? from + at : NULL, packed + before * slab->width);
    }
}

void pack_slab(const Correlation *c, const Slab *slab, Chunk chunk, SlabChannels channels,
               Conv2DPrologue prologue, const float *source, float *packed) {
    for (int line = 0; line < slab_lines(slab, chunk); line++)
        pack_slab_line(c, slab, chunk, line, channels, prologue, source, packed);
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
            if (view.filter == 1)
                for (int v = 0; v < lanes; v += VECTOR_FLOATS)
                    vector_store(packed + v, vector_load_first(from + v, filters - v));
            else
                for (int f = 0; f < lanes; f++)
                    packed[f] = f < filters ? from[f * view.filter] : 0;
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
            __builtin_prefetch(from + v + PANEL_FLOATS);
            vector_store(packed, there == VECTOR_FLOATS ? vector_load(from + v)
                                                        : vector_load_first(from + v, there));
        }
}
