/* Passes over flat arrays. No output depends on another, so threads may share the work in any way
 * and the bits stay the same. */
#include "kernels/elementwise.h"

#include "base/integers.h"
#include "base/random.h"

#include <string.h>

void relu_forward(size_t count, const float *inputs, float *outputs) {
#pragma omp parallel for simd schedule(static)
    for (size_t i = 0; i < count; i++)
        outputs[i] = inputs[i] < 0 ? 0 : inputs[i];
}

void relu_backward(size_t count, const float *inputs, const float *d_outputs, float *d_inputs) {
#pragma omp parallel for simd schedule(static)
    for (size_t i = 0; i < count; i++)
        d_inputs[i] = inputs[i] > 0 ? d_outputs[i] : 0;
}

void add_forward(size_t count, const float *a, const float *b, float *outputs) {
#pragma omp parallel for simd schedule(static)
    for (size_t i = 0; i < count; i++)
        outputs[i] = a[i] + b[i];
}

void dropout_forward(size_t count, DropoutKey key, float rate, const float *inputs,
                     float *outputs) {
#pragma omp parallel for simd schedule(static)
    for (size_t i = 0; i < count; i++) {
        float kept = inputs[i] / (1 - rate);
        outputs[i] = random_uniform_at(key.key, key.first + i) < rate ? 0 : kept;
    }
}

/* The axes of the copies below. If the last axis is not padded, the last two are joined into one,
 * so that a copy moves as much as possible. */
typedef struct PaddedAxes {
    int in[4], before[4], out[4];
} PaddedAxes;

static PaddedAxes padded_axes(const int shape[4], const int paddings[4][2]) {
    PaddedAxes axes;
    for (int a = 0; a < 4; a++) {
        axes.in[a] = shape[a];
        axes.before[a] = paddings[a][0];
        axes.out[a] = paddings[a][0] + shape[a] + paddings[a][1];
    }
    if (axes.in[3] == axes.out[3]) {
        axes.in[3] *= shape[2];
        axes.before[3] = axes.before[2] * shape[3];
        axes.out[3] *= axes.out[2];
        axes.in[2] = axes.out[2] = 1;
        axes.before[2] = 0;
    }
    return axes;
}

/* Where row k of the inputs' plane (i, j) begins in the outputs. */
static size_t padded_row(const PaddedAxes *axes, int i, int j, int k) {
    size_t row = (size_t)(i + axes->before[0]) * axes->out[1] + j + axes->before[1];
    row = row * axes->out[2] + k + axes->before[2];
    return row * axes->out[3] + axes->before[3];
}

void pad_forward(const float *inputs, const int shape[4], const int paddings[4][2],
                 float *outputs) {
    PaddedAxes axes = padded_axes(shape, paddings);
    size_t plane = (size_t)axes.out[2] * axes.out[3];
#pragma omp parallel for collapse(2) schedule(static)
    for (int oi = 0; oi < axes.out[0]; oi++)
        for (int oj = 0; oj < axes.out[1]; oj++) {
            int i = oi - axes.before[0], j = oj - axes.before[1];
            memset(outputs + ((size_t)oi * axes.out[1] + oj) * plane, 0, plane * sizeof(float));
            if (i < 0 || i >= axes.in[0] || j < 0 || j >= axes.in[1])
                continue;
            for (int k = 0; k < axes.in[2]; k++) {
                size_t from = ((size_t)i * axes.in[1] + j) * axes.in[2] + k;
                memcpy(outputs + padded_row(&axes, i, j, k), inputs + from * axes.in[3],
                       axes.in[3] * sizeof(float));
            }
        }
}

void pad_backward(const float *d_outputs, const int shape[4], const int paddings[4][2],
                  float *d_inputs) {
    PaddedAxes axes = padded_axes(shape, paddings);
#pragma omp parallel for collapse(2) schedule(static)
    for (int i = 0; i < axes.in[0]; i++)
        for (int j = 0; j < axes.in[1]; j++)
            for (int k = 0; k < axes.in[2]; k++) {
                size_t to = ((size_t)i * axes.in[1] + j) * axes.in[2] + k;
                memcpy(d_inputs + to * axes.in[3], d_outputs + padded_row(&axes, i, j, k),
                       axes.in[3] * sizeof(float));
            }
}

/* The positions of one step of a transposition: a cache line of each channel. */
enum { STRIP = 16 };

void channels_last_from_first(int batch, int channels, int positions, const float *inputs,
                              float *outputs) {
#pragma omp parallel for collapse(2) schedule(static)
    for (int n = 0; n < batch; n++)
        for (int strip = 0; strip < positions; strip += STRIP)
            for (int c = 0; c < channels; c++) {
                size_t image = (size_t)n * channels * positions;
                const float *input = inputs + image + (size_t)c * positions;
                float *output = outputs + image + c;
                for (int p = strip; p < min_int(strip + STRIP, positions); p++)
                    output[(size_t)p * channels] = input[p];
            }
}

void channels_first_from_last(int batch, int channels, int positions, const float *inputs,
                              float *outputs) {
    channels_last_from_first(batch, positions, channels, inputs, outputs);
}
