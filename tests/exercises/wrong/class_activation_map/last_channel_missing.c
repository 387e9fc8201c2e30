/* Diagnosis: the last channel is left out. */
#include "pieces/classify.h"

#include <stddef.h>

void class_activation_map(int height, int width, int channels, int classes, const float *features,
                          const float *kernel, int class_number, float *map) {
    size_t pixels = (size_t)height * width;
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        double sum = 0;
        for (int c = 0; c < channels - 1; c++)
            sum += (double)features[pixel * channels + c] * kernel[c * classes + class_number];
        map[pixel] = (float)sum;
    }
}
