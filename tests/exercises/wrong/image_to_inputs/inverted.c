/* Diagnosis: light and dark are exchanged: pixel / 255 is wanted, not 1 - pixel / 255. */
#include "pieces/classify.h"

#include <stddef.h>

void image_to_inputs(int height, int width, int channels, const unsigned char *pixels,
                     const float *mean, const float *deviation, float *inputs) {
    size_t count = (size_t)height * width * channels;
    for (size_t i = 0; i < count; i++) {
        int c = (int)(i % channels);
        inputs[i] = (1 - pixels[i] / 255.0f - mean[c]) / deviation[c];
    }
}
