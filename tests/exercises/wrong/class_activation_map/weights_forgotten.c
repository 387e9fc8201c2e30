/* Diagnosis: the channels are added without their weights. */
#include "pieces/classify.h"

#include <stddef.h>

void class_activation_map(int height, int width, int channels, int classes, const float *features,
                          const float *kernel, int class_number, float *map) {
    size_t pixels = (size_t)height * width;
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        double sum = 0;
        for (int c = 0; c < channels; c++)
            sum += (double)features[pixel * channels + c];
        map[pixel] = (float)sum;
    }
}
