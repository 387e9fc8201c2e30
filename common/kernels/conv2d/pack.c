/* See pack.h. */
#include "kernels/conv2d/pack.h"

#include "kernels/conv2d/tile.h"

enum { WIDE_VECTORS = 4, WIDE = WIDE_VECTORS * VECTOR_FLOATS };

/* A line of pixels that lie `distance` floats apart, to be copied without gaps. */
typedef struct PixelLine {
    int pixels, channels;
    size_t distance;
    Conv2DPrologue prologue;
    const float *from;
    float *to;
} PixelLine;

/* `count` channels of each pixel from channel `first` on: max(0, from * scale + shift), or as they
 * are. `vectors`, enough for count, is a constant where this is called. */
ALWAYS_INLINE void copy_channels(int vectors, int count, int first, PixelLine line) {
    Vector scale[WIDE_VECTORS], shift[WIDE_VECTORS];
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
            vector_store_first(line.to + (size_t)x * line.channels + at, value, lanes);
        }
}

static void copy_pixels(PixelLine line) {
    int c = 0;
    if (!line.prologue.scale && line.distance == (size_t)line.channels) {
        memcpy(line.to, line.from, (size_t)line.pixels * line.channels * sizeof *line.to);
        return;
    }
    for (; c + WIDE <= line.channels; c += WIDE)
        copy_channels(WIDE_VECTORS, WIDE, c, line);
    for (; c + VECTOR_FLOATS <= line.channels; c += VECTOR_FLOATS)
        copy_channels(1, VECTOR_FLOATS, c, line);
    if (c < line.channels)
        copy_channels(1, line.channels - c, c, line);
}

/* `width` channels of one line of the slab: padding, pixels, padding; the pixels' channels begin at
 * `from`, which is NULL for a line of zeros. */
static void copy_line(const SlabSource *source, int width, Conv2DPrologue prologue,
                      const float *from, float *to) {
    const Correlation *c = source->correlation;
    const Slab *slab = source->slab;
    size_t pitch = (size_t)slab->width * width, before = (size_t)slab->left * width;
    if (!from) {
        memset(to, 0, pitch * sizeof *to);
        return;
    }
    int pixels = min_int(c->width, slab->width - slab->left);
    size_t end = before + (size_t)pixels * width;
    if (before > 0)
        memset(to, 0, before * sizeof *to);
    copy_pixels((PixelLine){.pixels = pixels,
                            .channels = width,
                            .distance = (size_t)c->skip * c->channels,
                            .prologue = prologue,
                            .from = from,
                            .to = to + before});
    if (end < pitch)
        memset(to + end, 0, (pitch - end) * sizeof *to);
}

void pack_slab_line(const SlabSource *source, Chunk chunk, int line, float *packed) {
    const Correlation *c = source->correlation;
    const Slab *slab = source->slab;
    int n = chunk.image + line / slab->height;
    int y = chunk.row * c->step - slab->top + line % slab->height;
    size_t row = (size_t)n * c->source_height + (size_t)y * c->skip;
    const float *from =
        y < 0 || y >= c->height ? NULL : source->images + row * c->source_width * c->channels;
    for (int at = 0; at < source->channels; at += source->slice) {
        int width = min_int(source->slice, source->channels - at);
        int channel = source->first_channel + at;
        Conv2DPrologue prologue = source->prologue;
        if (prologue.scale)
            prologue = (Conv2DPrologue){prologue.scale + channel, prologue.shift + channel};
        size_t before = (size_t)at * slab_lines(slab, chunk) + (size_t)line * width;
        copy_line(source, width, prologue, from ? from + channel : NULL,
                  packed + before * slab->width);
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

void pack_weights(const Correlation *c, const float *weights, int panel, float *packed) {
    Panel p = nth_panel(c->filters, panel);
    WeightsOrder order = c->order;
    for (int tap = 0; tap < c->rows * c->cols; tap++) {
        const float *from = weights + order.first + tap / c->cols * order.row +
                            tap % c->cols * order.col + p.first * order.filter;
        for (int channel = 0; channel < c->channels; channel++, from += order.channel) {
            if (order.filter == 1)
                for (int v = 0; v < p.lanes; v += VECTOR_FLOATS)
                    vector_store(packed + v, vector_load_first(from + v, p.filters - v));
            else
                for (int f = 0; f < p.lanes; f++)
                    packed[f] = f < p.filters ? from[f * order.filter] : 0;
            packed += p.lanes;
        }
    }
}
