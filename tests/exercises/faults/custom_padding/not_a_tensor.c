/* Expect: wrong: The library stopped it */
#include "models/resnet.h"

Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size) {
    const int paddings[4][2] = {{kernel_size, 0}, {0, 0}, {0, 0}, {0, 0}};
    return model ? pad(NULL, paddings) : inputs;
}
