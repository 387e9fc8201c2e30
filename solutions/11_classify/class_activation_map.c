/* Exercise 11_classify, part 4: where in the image the reasons for a class lie.
 *
 * features is the last map before the global mean, (H, W, C); kernel is the dense layer's, (C, K).
 * At each pixel of the map, weigh the channels as the dense layer weighs them for this class:
 *     map(h, w) = sum over c of features(h, w, c) * kernel(c, class_number).
 *
 * Step by step:
 *   1. For each of the height * width pixels: a sum in double, from 0.
 *   2. Add features * kernel over the channels. The kernel's row c has a number for each class.
 *   3. Store the sum. */
#include "pieces/classify.h"

#include <stddef.h>

void class_activation_map(int height, int width, int channels, int classes, const float *features,
                          const float *kernel, int class_number, float *map) {
    /* stub: */
    size_t pixels = (size_t)height * width;
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        double sum = 0;
        for (int c = 0; c < channels; c++)
            sum += (double)features[pixel * channels + c] * kernel[c * classes + class_number];
        map[pixel] = (float)sum;
    }
}
