/* Expect: wrong: must not be negative */
#include "models/resnet.h"

Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size) {
    const int paddings[4][2] = {{0, 0}, {-kernel_size, 0}, {0, 0}, {0, 0}};
    return model ? pad(inputs, paddings) : NULL;
}
