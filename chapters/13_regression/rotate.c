#include "rotate.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>

static const float PIXEL_MAX = 255;

/* The value at (y, x) inside the image, interpolated between four pixels. */
static float bilinear(const float *inputs, int size, double y, double x) {
    int top = (int)fmin(floor(fmax(y, 0)), size - 2), left = (int)fmin(floor(fmax(x, 0)), size - 2);
    double down = y - top, right = x - left;
    const float *at = inputs + (size_t)top * size + left;
    return (float)((1 - down) * ((1 - right) * at[0] + right * at[1]) +
                   down * ((1 - right) * at[size] + right * at[size + 1]));
}

void rotate_values(const float *inputs, int size, double angle, float *outputs) {
    require(size >= 2, "rotate_values: images of %d x %d pixels; at least 2 x 2 can be turned",
            size, size);
    double middle = (size - 1) / 2.0, cosine = cos(angle), sine = sin(angle);
    for (int row = 0; row < size; row++)
        for (int column = 0; column < size; column++) {
            double up = middle - row, right = column - middle;
            bool inside = up * up + right * right <= middle * middle;
            double from_right = cosine * right + sine * up, from_up = cosine * up - sine * right;
            outputs[(size_t)row * size + column] =
                inside ? bilinear(inputs, size, middle - from_up, middle + from_right) : 0;
        }
}

void rotated_batch(const Dataset *dataset, const DatasetStatistics *statistics, uint64_t seed,
                   const int *numbers, int count, float *images, float *targets) {
    int size = dataset->height;
    require(dataset->channels == 1 && dataset->width == size,
            "images of %d x %d x %d cannot be turned here; use a grey and square data set",
            dataset->height, dataset->width, dataset->channels);
    size_t pixels = (size_t)size * size;
    float mean = statistics->mean[0], deviation = statistics->standard_deviation[0];
    if (deviation == 0)
        deviation = 1;
#pragma omp parallel for schedule(static)
    for (int n = 0; n < count; n++) {
        Random random = random_stream(seed, (uint64_t)numbers[n]);
        double angle = 2 * M_PI * (double)random_uniform(&random);
        float *image = images + n * pixels, *upright = memory_new(pixels, sizeof(float));
        for (size_t i = 0; i < pixels; i++)
            upright[i] = (float)dataset->images[numbers[n] * pixels + i] / PIXEL_MAX;
        rotate_values(upright, size, angle, image);
        for (size_t i = 0; i < pixels; i++)
            image[i] = (image[i] - mean) / deviation;
        targets[(size_t)2 * n] = (float)cos(angle);
        targets[(size_t)2 * n + 1] = (float)sin(angle);
        free(upright);
    }
}
