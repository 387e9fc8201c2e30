/* Diagnosis: all kernel_size - 1 zeros stand before and again after; they are to be shared
 * between the two sides. */
#include "models/resnet.h"

Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size) {
    int pad_total = kernel_size - 1;
    int pad_before = pad_total;
    int pad_after = pad_total;

    if (model->data_format == CHANNELS_FIRST) {
        const int paddings[4][2] = {
            {0, 0}, {0, 0}, {pad_before, pad_after}, {pad_before, pad_after}};
        return pad(inputs, paddings);
    }
    const int paddings[4][2] = {{0, 0}, {pad_before, pad_after}, {pad_before, pad_after}, {0, 0}};
    return pad(inputs, paddings);
}
