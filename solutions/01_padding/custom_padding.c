/* Exercise 01_padding, part 2: padding that depends on the kernel alone.
 *
 * A window of kernel_size wants kernel_size - 1 zeros along height and along width, half of them
 * before the image and half after; if they cannot be split evenly, the odd one goes after.
 * Nothing is padded along the batch and the channels.
 *
 * Step by step:
 *   1. pad_total, pad_before and pad_after from kernel_size.
 *   2. A table `const int paddings[4][2]`, {before, after} of each axis. If model->data_format is
 *      CHANNELS_LAST, the axes are batch, height, width, channels; if it is CHANNELS_FIRST
 *      (kernels/shapes.h), they are batch, channels, height, width.
 *   3. Record the padding with pad() of layers/layers.h, which copies the table, and return its
 *      tensor. */
#include "models/resnet.h"

Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size) {
    /* stub: return NULL; */
    int pad_total = kernel_size - 1;
    int pad_before = pad_total / 2;
    int pad_after = pad_total - pad_before;

    if (model->data_format == CHANNELS_FIRST) {
        const int paddings[4][2] = {
            {0, 0}, {0, 0}, {pad_before, pad_after}, {pad_before, pad_after}};
        return pad(inputs, paddings);
    }
    const int paddings[4][2] = {{0, 0}, {pad_before, pad_after}, {pad_before, pad_after}, {0, 0}};
    return pad(inputs, paddings);
}
