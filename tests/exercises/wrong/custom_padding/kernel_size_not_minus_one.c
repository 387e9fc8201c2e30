/* Diagnosis: the zeros are kernel_size in all; a window of kernel_size needs kernel_size - 1. */
#include "models/resnet.h"

Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size) {
    int pad_total = kernel_size;
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
