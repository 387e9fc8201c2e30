/* Linear resizing, one axis after the other. Output i has its middle at (i + 0.5) * ratio of the
 * input, ratio = inputs / outputs, and reaches max(1, ratio) to either side: the weights fall in a
 * line to 0 there. What lies outside of the image has no weight. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/image.h"

/* The weighted mean that makes one output: `count` inputs from `first` on. */
typedef struct Taps {
    int first, count;
    float *weights; /* their sum is 1 */
} Taps;

typedef struct Axis {
    int outputs;
    Taps *taps;
    float *weights; /* all of them */
} Axis;

static Axis axis_new(int inputs, int outputs) {
    double ratio = (double)inputs / outputs, reach = fmax(1, ratio);
    int most = (int)(2 * ceil(reach)) + 1;
    Axis axis = {.outputs = outputs,
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

/* (height, width, channels) bytes to (height, outputs, channels) floats. */
static float *resize_rows(const Image *image, const Axis *axis) {
    int channels = image->channels;
    size_t count = (size_t)image->height * axis->outputs * channels;
    float *rows = memory_new(count, sizeof(float));
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < axis->outputs; x++) {
            const Taps *taps = &axis->taps[x];
            const unsigned char *pixel =
                image->pixels + ((size_t)y * image->width + taps->first) * channels;
            float *output = rows + ((size_t)y * axis->outputs + x) * channels;
            for (int k = 0; k < taps->count; k++, pixel += channels)
                for (int c = 0; c < channels; c++)
                    output[c] += taps->weights[k] * pixel[c];
        }
    return rows;
}

/* (inputs, row) floats to (outputs, row) bytes. */
static void resize_columns(const float *rows, size_t row, const Axis *axis, unsigned char *pixels) {
    for (int y = 0; y < axis->outputs; y++) {
        const Taps *taps = &axis->taps[y];
        for (size_t x = 0; x < row; x++) {
            float sum = 0;
            for (int k = 0; k < taps->count; k++)
                sum += taps->weights[k] * rows[(taps->first + k) * row + x];
            pixels[y * row + x] = (unsigned char)lrintf(sum);
        }
    }
}

Image image_resize_linear(const Image *image, int height, int width) {
    require(height >= 1 && width >= 1 && (long long)height * width <= INT32_MAX / image->channels,
            "image resize: to %d x %d pixels; use at least 1 x 1, and at most 2 GiB in all", height,
            width);
    Axis across = axis_new(image->width, width), down = axis_new(image->height, height);
    float *rows = resize_rows(image, &across);
    size_t row = (size_t)width * image->channels;
    Image resized = {height, width, image->channels, memory_new((size_t)height * row, 1)};
    resize_columns(rows, row, &down, resized.pixels);
    free(rows);
    axis_free(&across);
    axis_free(&down);
    return resized;
}
