/* See pack.h. */
#include "kernels/conv2d/pack.h"

#include "kernels/conv2d/tile.h"

enum { WIDE_VECTORS = 4, WIDE = WIDE_VECTORS * VECTOR_FLOATS };

/* A line of pixels, and how many floats they lie apart, before and in the copy. */
typedef struct PixelLine {
    int pixels, channels;
    size_t distance, to_distance;
    Conv2DPrologue prologue;
    const float *from;
    float *to;
} PixelLine;

/* `count` channels of each pixel from channel `first` on: max(0, from * scale + shift), or as they
 * are. `vectors`, enough for count, is a constant where this is called. */
ALWAYS_INLINE void copy_channels(int vectors, int count, int first, PixelLine line) {
    Vector scale[WIDE_VECTORS] = {0}, shift[WIDE_VECTORS] = {0};
    for (int v = 0; line.prologue.scale && v < vectors; v++) {
        int at = v * VECTOR_FLOATS;
        scale[v] = vector_load_first(line.prologue.scale + first + at, count - at);
        shift[v] = vector_load_first(line.prologue.shift + first + at, count - at);
    }
    for (int x = 0; x < line.pixels; x++)
        for (int v = 0; v < vectors; v++) {
            int at = first + v * VECTOR_FLOATS, lanes = count - v * VECTOR_FLOATS;
            const float *from = line.from + x * line.distance + at;
            __builtin_prefetch(from + vectors * VECTOR_FLOATS);
            Vector value = vector_load_first(from, lanes);
            if (line.prologue.scale)
                value = vector_relu(value * scale[v] + shift[v]);
            vector_store_first(line.to + x * line.to_distance + at, value, lanes);
        }
}

static void copy_pixels(PixelLine line) {
    size_t channels = (size_t)line.channels;
    if (!line.prologue.scale && line.distance == channels && line.to_distance == channels) {
        memcpy(line.to, line.from, (size_t)line.pixels * line.channels * sizeof *line.to);
        return;
    }
    int c = 0;
    for (; c + WIDE <= line.channels; c += WIDE)
        copy_channels(WIDE_VECTORS, WIDE, c, line);
    for (; c + VECTOR_FLOATS <= line.channels; c += VECTOR_FLOATS)
        copy_channels(1, VECTOR_FLOATS, c, line);
    if (c < line.channels)
        copy_channels(1, line.channels - c, c, line);
}

static void clear_pixels(int pixels, int channels, size_t distance, float *to) {
    if (distance == (size_t)channels) {
        channels *= pixels;
        pixels = pixels > 0;
    }
    for (int x = 0; x < pixels; x++)
        memset(to + x * distance, 0, (size_t)channels * sizeof *to);
}

/* One line of the slab: padding, pixels, padding. `line` says how it is copied; without `from` it
 * is a line of zeros. */
static void copy_line(const SlabSource *source, PixelLine line) {
    const Slab *slab = source->slab;
    int before = slab->left,
        end = before + min_int(source->correlation->width, slab->width - before);
    if (!line.from)
        before = end = slab->width;
    clear_pixels(before, line.channels, line.to_distance, line.to);
    clear_pixels(slab->width - end, line.channels, line.to_distance,
                 line.to + end * line.to_distance);
    line.pixels = end - before;
    line.to += before * line.to_distance;
    if (line.pixels > 0)
        copy_pixels(line);
}

void pack_slab_line(const SlabSource *source, Chunk chunk, int index, float *packed) {
    const Correlation *c = source->correlation;
    const Slab *slab = source->slab;
    int image = index / slab->height, row = index % slab->height;
    int y = chunk.row * c->step - slab->top + row;
    bool inside = y >= 0 && y < c->height;
    size_t from = ((size_t)(chunk.image + image) * c->source_height + (size_t)y * c->skip) *
                      c->source_width * c->channels +
                  source->first_channel;
    for (int at = 0; at < source->channels; at += source->slice) {
        int width = min_int(source->slice, source->channels - at);
        PixelLine line = {.channels = width,
                          .distance = (size_t)c->skip * c->channels,
                          .to_distance = width,
                          .from = inside ? source->images + from + at : NULL,
                          .to = packed + (size_t)at * slab_lines(slab, chunk) * slab->width};
        if (source->prologue.scale)
            line.prologue = (Conv2DPrologue){source->prologue.scale + source->first_channel + at,
                                             source->prologue.shift + source->first_channel + at};
        if (source->by_place) {
            line.to_distance = (size_t)chunk.images * width;
            line.to += row * slab->width * line.to_distance + (size_t)image * width;
        } else {
            line.to += (size_t)index * slab->width * width;
        }
        copy_line(source, line);
    }
}

void pack_slab(const SlabSource *source, Chunk chunk, float *packed) {
    for (int line = 0; line < slab_lines(source->slab, chunk); line++)
        pack_slab_line(source, chunk, line, packed);
}

size_t packed_weights(const Correlation *c, int panels) {
    int lanes = min_int(panels * PANEL_FLOATS, padded_lanes(c->filters));
    return (size_t)c->rows * c->cols * c->channels * lanes;
}

/* Copies vectors of filters that are neighbours in memory. */
static void copy_filters(const float *from, long channel_pitch, int channels, Panel panel,
                         float *packed) {
    for (int c = 0; c < channels; c++, from += channel_pitch, packed += panel.lanes)
        for (int v = 0; v < panel.lanes; v += VECTOR_FLOATS)
            vector_store(packed + v, vector_load_first(from + v, panel.filters - v));
}

/* The same for filters that are `filter_pitch` floats apart, where channels are neighbours: a
 * vector of them at a time, few enough for the cache to keep their lines for the next channels. */
static void gather_filters(const float *from, long filter_pitch, int channels, Panel panel,
                           float *packed) {
    for (int v = 0; v < panel.lanes; v += VECTOR_FLOATS, from += VECTOR_FLOATS * filter_pitch)
        for (int c = 0; c < channels; c++) {
            float *to = packed + (size_t)c * panel.lanes + v;
            if (panel.filters - v >= VECTOR_FLOATS)
                for (int f = 0; f < VECTOR_FLOATS; f++)
                    to[f] = from[f * filter_pitch + c];
            else
                for (int f = 0; f < VECTOR_FLOATS; f++)
                    to[f] = f < panel.filters - v ? from[f * filter_pitch + c] : 0;
        }
}

void pack_weights(const Correlation *c, const float *weights, int panel, float *packed) {
    Panel p = nth_panel(c->filters, panel);
    WeightsOrder order = c->order;
    for (int tap = 0; tap < c->rows * c->cols; tap++, packed += (size_t)c->channels * p.lanes) {
        const float *from = weights + order.first + tap / c->cols * order.row +
                            tap % c->cols * order.col + p.first * order.filter;
        if (order.filter == 1)
            copy_filters(from, order.channel, c->channels, p, packed);
        else
            gather_filters(from, order.filter, c->channels, p, packed);
    }
}
