/* Exercise 11_classify, part 1: from an image's bytes to the network's inputs.
 *
 * The network has learned from numbers around 0, not from bytes. Each pixel of each channel becomes
 *     (pixel / 255 - mean(c)) / deviation(c),
 * with the mean and the deviation that the training images had. Bytes and inputs lie in the same
 * order, (H, W, C): the channels of a pixel side by side.
 *
 * Step by step:
 *   1. One loop over all height * width * channels values.
 *   2. Which channel is value number i? The channels take turns.
 *   3. Divide as float: in C, 200 / 255 of two integers is 0. */
#include "pieces/classify.h"

#include <stddef.h>

void image_to_inputs(int height, int width, int channels, const unsigned char *pixels,
                     const float *mean, const float *deviation, float *inputs) {
    /* stub: */
    size_t count = (size_t)height * width * channels;
    for (size_t i = 0; i < count; i++) {
        int c = (int)(i % channels);
        inputs[i] = (pixels[i] / 255.0f - mean[c]) / deviation[c];
    }
}
