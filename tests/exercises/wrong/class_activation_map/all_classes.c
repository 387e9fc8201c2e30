/* Diagnosis: the weights of all classes are added up; only those of class_number count. */
#include "pieces/classify.h"

#include <stddef.h>

void class_activation_map(int height, int width, int channels, int classes, const float *features,
                          const float *kernel, int class_number, float *map) {
    size_t pixels = (size_t)height * width;
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        double sum = 0;
        for (int c = 0; c < channels; c++)
            for (int k = 0; k < classes; k++)
                sum += (double)features[pixel * channels + c] * kernel[c * classes + k];
        map[pixel] = (float)sum;
    }
}
