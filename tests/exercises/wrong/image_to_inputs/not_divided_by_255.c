/* Diagnosis: the pixels are not divided by 255, but mean and deviation are those of values from 0
 * to 1. */
#include "pieces/classify.h"

#include <stddef.h>

void image_to_inputs(int height, int width, int channels, const unsigned char *pixels,
                     const float *mean, const float *deviation, float *inputs) {
    size_t count = (size_t)height * width * channels;
    for (size_t i = 0; i < count; i++) {
        int c = (int)(i % channels);
        inputs[i] = (pixels[i] - mean[c]) / deviation[c];
    }
}
