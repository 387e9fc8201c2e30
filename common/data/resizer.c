/* Linear resizing, one axis after the other. Output i has its middle at (i + 0.5) * ratio of the
 * input, ratio = inputs / outputs, and reaches max(1, ratio) to either side: the weights fall in a
 * line to 0 there. What lies outside of the image has no weight. */
#include "data/resizer.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* The weighted mean that makes one output: `count` inputs from `first` on. */
typedef struct Taps {
    int first, count;
    float *weights; /* their sum is 1 */
} Taps;

typedef struct Axis {
    int inputs, outputs;
    Taps *taps;
    float *weights; /* all of them */
} Axis;

struct Resizer {
    Axis down, across;
    int channels;
};

static Axis axis_new(int inputs, int outputs) {
    double ratio = (double)inputs / outputs, reach = fmax(1, ratio);
    int most = (int)(2 * ceil(reach)) + 1;
    Axis axis = {.inputs = inputs,
                 .outputs = outputs,
                 .taps = memory_new((size_t)outputs, sizeof(Taps)),
                 .weights = memory_new((size_t)outputs * most, sizeof(float))};
    for (int i = 0; i < outputs; i++) {
        double middle = (i + 0.5) * ratio, sum = 0;
        int first = (int)fmax(0, floor(middle - reach));
        int end = (int)fmin(inputs, ceil(middle + reach));
        Taps *taps = &axis.taps[i];
        *taps = (Taps){first, end - first, axis.weights + (size_t)i * most};
        for (int k = 0; k < taps->count; k++) {
            double weight = fmax(0, 1 - fabs(first + k + 0.5 - middle) / reach);
            taps->weights[k] = (float)weight;
            sum += weight;
        }
        for (int k = 0; k < taps->count; k++)
            taps->weights[k] /= (float)sum;
    }
    return axis;
}

static void axis_free(Axis *axis) {
    free(axis->taps);
    free(axis->weights);
}

Resizer *resizer_new(const Image *like, int height, int width) {
    require(height >= 1 && width >= 1 && (long long)height * width <= INT32_MAX / like->channels,
            "image resize: to %d x %d pixels; use at least 1 x 1, and at most 2 GiB in all", height,
            width);
    Resizer *resizer = memory_new(1, sizeof *resizer);
    resizer->down = axis_new(like->height, height);
    resizer->across = axis_new(like->width, width);
    resizer->channels = like->channels;
    return resizer;
}

Resizer *resizer_new_shorter_side(const Image *like, int side) {
    require(side >= 1, "image resize: the shorter side must be at least 1 pixel, not %d", side);
    bool upright = like->height > like->width;
    long long shorter = upright ? like->width : like->height;
    long long longer = upright ? like->height : like->width;
    long long new_longer = (longer * side + shorter / 2) / shorter;
    require(new_longer <= INT_MAX / like->channels / side,
            "image resize: %d x %d pixels with the shorter side at %d would be over 2 GiB; "
            "choose a smaller side or crop the image first",
            like->height, like->width, side);
    return upright ? resizer_new(like, (int)new_longer, side)
                   : resizer_new(like, side, (int)new_longer);
}

void resizer_free(Resizer *resizer) {
    if (!resizer)
        return;
    axis_free(&resizer->down);
    axis_free(&resizer->across);
    free(resizer);
}

/* (height, inputs, channels) bytes to (height, outputs, channels) floats. */
static void resize_rows(const Image *image, const Axis *axis, float *output) {
    int channels = image->channels;
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < axis->outputs; x++) {
            const Taps *taps = &axis->taps[x];
            const unsigned char *pixel =
                image->pixels + ((size_t)y * image->width + taps->first) * channels;
            for (int c = 0; c < channels; c++) {
                float sum = 0;
                for (int k = 0; k < taps->count; k++)
                    sum += taps->weights[k] * pixel[k * channels + c];
                *output++ = sum;
            }
        }
}

/* (inputs, row) floats to (outputs, row) bytes; `sums` has room for a row. */
static void resize_columns(const float *rows, size_t row, const Axis *axis, float *restrict sums,
                           unsigned char *pixels) {
    for (int y = 0; y < axis->outputs; y++, pixels += row) {
        const Taps *taps = &axis->taps[y];
        memset(sums, 0, row * sizeof(float));
        for (int k = 0; k < taps->count; k++) {
            float weight = taps->weights[k];
            const float *input = rows + (taps->first + k) * row;
            for (size_t x = 0; x < row; x++)
                sums[x] += weight * input[x];
        }
        for (size_t x = 0; x < row; x++)
            pixels[x] = (unsigned char)lrintf(sums[x]);
    }
}

Image resizer_run(const Resizer *resizer, const Image *image) {
    const Axis *down = &resizer->down, *across = &resizer->across;
    int channels = resizer->channels;
    require(image->height == down->inputs && image->width == across->inputs &&
                image->channels == channels,
            "image resize: a resizer for %d x %d pixels of %d channels was given %d x %d of %d; "
            "make one for this size",
            down->inputs, across->inputs, channels, image->height, image->width, image->channels);
    size_t row = (size_t)across->outputs * channels;
    Image resized = {down->outputs, across->outputs, channels,
                     memory_new((size_t)down->outputs, row)};
    float *sums = memory_new((size_t)image->height + 1, row * sizeof(float)), *rows = sums + row;
    resize_rows(image, across, rows);
    resize_columns(rows, row, down, sums, resized.pixels);
    free(sums);
    return resized;
}

static Image run_once(Resizer *resizer, const Image *image) {
    Image resized = resizer_run(resizer, image);
    resizer_free(resizer);
    return resized;
}

Image image_resize_linear(const Image *image, int height, int width) {
    return run_once(resizer_new(image, height, width), image);
}

Image image_resize_shorter_side(const Image *image, int side) {
    return run_once(resizer_new_shorter_side(image, side), image);
}

Image image_square(const Image *image, int size) {
    Image resized = image_resize_shorter_side(image, size);
    Image square = image_crop_central(&resized, size);
    image_free(&resized);
    return square;
}
