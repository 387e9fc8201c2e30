/* Expect: wrong: custom_padding returned NULL */
#include "models/resnet.h"

Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size) {
    return model && inputs && kernel_size ? NULL : inputs;
}
