/* Diagnosis: axes 1 and 2 are padded whatever the data format; in channels_first, height and
 * width are axes 2 and 3. */
#include "models/resnet.h"

Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size) {
    int pad_total = kernel_size - 1;
    int pad_before = pad_total / 2;
    int pad_after = pad_total - pad_before;

    (void)model;
    const int paddings[4][2] = {{0, 0}, {pad_before, pad_after}, {pad_before, pad_after}, {0, 0}};
    return pad(inputs, paddings);
}
