/* Diagnosis: the sum is not set to 0 for each pixel, so each pixel also has those before it. */
#include "pieces/classify.h"

#include <stddef.h>

void class_activation_map(int height, int width, int channels, int classes, const float *features,
                          const float *kernel, int class_number, float *map) {
    size_t pixels = (size_t)height * width;
    double sum = 0;
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        for (int c = 0; c < channels; c++)
            sum += (double)features[pixel * channels + c] * kernel[c * classes + class_number];
        map[pixel] = (float)sum;
    }
}
