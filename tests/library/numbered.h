/* Images made by hand for tests of batches: each pixel's byte says where it stands. */
#ifndef TESTS_NUMBERED_H
#define TESTS_NUMBERED_H

#include <check.h>
#include <math.h>

#include "base/memory.h"
#include "data/batch.h"

enum { COUNT = 250, HEIGHT = 6, WIDTH = 5, PIXELS = HEIGHT * WIDTH };

/* (pixel / 255 - 0.2) * 255: a batch of a plain source holds the bytes less 51. */
static const float MEAN[] = {0.2F, 0.2F, 0.2F, 0.2F};
static const float BYTE[] = {1.0F / 255, 1.0F / 255, 1.0F / 255, 1.0F / 255};

/* Pixel (y, x) of channel c is 1 + y * WIDTH + x + 100 * c; label i % 10; pixel (0, 0) of image i
 * is i. */
static inline Dataset numbered(int channels) {
    Dataset dataset = {COUNT, HEIGHT, WIDTH, channels, 10, NULL, NULL, NULL};
    dataset.images = memory_new((size_t)COUNT * PIXELS * channels, 1);
    dataset.labels = memory_new(COUNT, 1);
    for (int i = 0; i < COUNT; i++) {
        dataset.labels[i] = (unsigned char)(i % 10);
        unsigned char *image = dataset.images + i * PIXELS * channels;
        for (int p = 0; p < PIXELS; p++)
            for (int c = 0; c < channels; c++)
                image[p * channels + c] = (unsigned char)(1 + p + 100 * c);
        image[0] = (unsigned char)i;
    }
    return dataset;
}

static inline BatchOptions plain(int batch) {
    return (BatchOptions){.batch = batch, .seed = 3, .mean = MEAN, .deviation = BYTE};
}

static inline int byte(float value) {
    int rounded = (int)lrintf(value + 51);
    ck_assert_float_eq_tol(value + 51, (float)rounded, 1e-3);
    return rounded;
}

#endif
