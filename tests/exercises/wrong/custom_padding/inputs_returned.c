/* Diagnosis: the inputs are returned instead of the tensor that pad() returns. */
#include "models/resnet.h"

Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size) {
    int pad_total = kernel_size - 1;
    int pad_before = pad_total / 2;
    int pad_after = pad_total - pad_before;

    if (model->data_format == CHANNELS_FIRST) {
        const int paddings[4][2] = {
            {0, 0}, {0, 0}, {pad_before, pad_after}, {pad_before, pad_after}};
        pad(inputs, paddings);
        return inputs;
    }
    const int paddings[4][2] = {{0, 0}, {pad_before, pad_after}, {pad_before, pad_after}, {0, 0}};
    pad(inputs, paddings);
    return inputs;
}
