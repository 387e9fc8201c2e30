/* Pooling of channels_last images: for each place of the window one loop over the channels.
 * Forward, one thread computes a row of outputs; backward, a whole image, because windows may
 * overlap. */
#include "kernels/pool.h"

#include <string.h>

#include "base/integers.h"

/* A window whose place (0, 0) lies on pixel (top, left). Its places with r_begin <= r < r_end and
 * s_begin <= s < s_end lie inside the image. */
typedef struct Window {
    int top, left;
    int r_begin, r_end, s_begin, s_end;
} Window;

static Window window_at(const PoolShape *shape, int y, int x) {
    int top = y * shape->strides - shape->pad_top, left = x * shape->strides - shape->pad_left;
    return (Window){
        .top = top,
        .left = left,
        .r_begin = max_int(0, -top),
        .r_end = min_int(shape->pool_size, shape->in_height - top),
        .s_begin = max_int(0, -left),
        .s_end = min_int(shape->pool_size, shape->in_width - left),
    };
}

static int window_count(Window window) {
    return (window.r_end - window.r_begin) * (window.s_end - window.s_begin);
}

/* The first channel of the window's place (r, s) in image n. */
static size_t input_at(const PoolShape *shape, int n, Window window, int r, int s) {
    return image_index(CHANNELS_LAST, shape->in_height, shape->in_width, shape->channels, n,
                       window.top + r, window.left + s, 0);
}

static size_t output_at(const PoolShape *shape, int n, int y, int x) {
    return image_index(CHANNELS_LAST, shape->out_height, shape->out_width, shape->channels, n, y, x,
                       0);
}

static void clear_image(const PoolShape *shape, int n, float *d_inputs) {
    size_t image = (size_t)shape->in_height * shape->in_width * shape->channels;
    memset(d_inputs + (size_t)n * image, 0, image * sizeof(float));
}

/* Compares one place of a window with the maximum so far; the first of equal values wins. winners
 * may be NULL. */
static void take_larger(int channels, uint8_t place, const float *restrict inputs,
                        float *restrict outputs, uint8_t *restrict winners) {
    if (winners) {
#pragma omp simd
        for (int c = 0; c < channels; c++)
            winners[c] = inputs[c] > outputs[c] ? place : winners[c];
    }
#pragma omp simd
    for (int c = 0; c < channels; c++)
        outputs[c] = inputs[c] > outputs[c] ? inputs[c] : outputs[c];
}

static void max_window(const PoolShape *shape, int n, Window window, const float *inputs,
                       float *output, uint8_t *winners) {
    int channels = shape->channels;
    size_t first = input_at(shape, n, window, window.r_begin, window.s_begin);
    memcpy(output, inputs + first, (size_t)channels * sizeof(float));
    if (winners)
        memset(winners, window.r_begin * shape->pool_size + window.s_begin, (size_t)channels);
    for (int r = window.r_begin; r < window.r_end; r++)
        for (int s = window.s_begin; s < window.s_end; s++)
            take_larger(channels, (uint8_t)(r * shape->pool_size + s),
                        inputs + input_at(shape, n, window, r, s), output, winners);
}

void max_pool_forward(const PoolShape *shape, const float *inputs, float *outputs,
                      uint8_t *winners) {
#pragma omp parallel for collapse(2) schedule(static)
    for (int n = 0; n < shape->batch; n++)
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++) {
                size_t output = output_at(shape, n, y, x);
                max_window(shape, n, window_at(shape, y, x), inputs, outputs + output,
                           winners ? winners + output : NULL);
            }
}

/* Writes how far each place of a window lies from place (0, 0) in d_inputs. */
static void list_places(const PoolShape *shape, ptrdiff_t *places) {
    for (int r = 0; r < shape->pool_size; r++)
        for (int s = 0; s < shape->pool_size; s++)
            places[r * shape->pool_size + s] =
                ((ptrdiff_t)r * shape->in_width + s) * shape->channels;
}

void max_pool_backward(const PoolShape *shape, const uint8_t *winners, const float *d_outputs,
                       float *d_inputs) {
    ptrdiff_t places[UINT8_MAX + 1];
    list_places(shape, places);
#pragma omp parallel for schedule(static)
    for (int n = 0; n < shape->batch; n++) {
        clear_image(shape, n, d_inputs);
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++) {
                Window window = window_at(shape, y, x);
                size_t output = output_at(shape, n, y, x);
                ptrdiff_t first = (ptrdiff_t)input_at(shape, n, window, 0, 0);
                for (int c = 0; c < shape->channels; c++)
                    d_inputs[first + places[winners[output + c]] + c] += d_outputs[output + c];
            }
    }
}

/* The channels that are summed together. */
enum { GROUP = 64 };

/* The mean of one window for the first `channels` channels of inputs. */
static void mean_window(const PoolShape *shape, int n, Window window, int channels,
                        const float *inputs, float *restrict output) {
    double sums[GROUP] = {0}; /* double, because a window may be a whole map */
    for (int r = window.r_begin; r < window.r_end; r++)
        for (int s = window.s_begin; s < window.s_end; s++) {
            const float *input = inputs + input_at(shape, n, window, r, s);
#pragma omp simd
            for (int c = 0; c < channels; c++)
                sums[c] += input[c];
        }
    for (int c = 0; c < channels; c++)
        output[c] = (float)(sums[c] / window_count(window));
}

void average_pool_forward(const PoolShape *shape, const float *inputs, float *outputs) {
#pragma omp parallel for collapse(2) schedule(static)
    for (int n = 0; n < shape->batch; n++)
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++)
                for (int c = 0; c < shape->channels; c += GROUP)
                    mean_window(shape, n, window_at(shape, y, x),
                                min_int(GROUP, shape->channels - c), inputs + c,
                                outputs + output_at(shape, n, y, x) + c);
}

static void add_scaled(int channels, float scale, const float *restrict d_outputs,
                       float *restrict d_inputs) {
#pragma omp simd
    for (int c = 0; c < channels; c++)
        d_inputs[c] += scale * d_outputs[c];
}

void average_pool_backward(const PoolShape *shape, const float *d_outputs, float *d_inputs) {
#pragma omp parallel for schedule(static)
    for (int n = 0; n < shape->batch; n++) {
        clear_image(shape, n, d_inputs);
        for (int y = 0; y < shape->out_height; y++)
            for (int x = 0; x < shape->out_width; x++) {
                Window window = window_at(shape, y, x);
                const float *d_output = d_outputs + output_at(shape, n, y, x);
                float scale = 1 / (float)window_count(window);
                for (int r = window.r_begin; r < window.r_end; r++)
                    for (int s = window.s_begin; s < window.s_end; s++)
                        add_scaled(shape->channels, scale, d_output,
                                   d_inputs + input_at(shape, n, window, r, s));
            }
    }
}
