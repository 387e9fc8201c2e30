/* Expect: wrong: expected shape (2, 6, 7, 3) */
#include "models/resnet.h"

Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size) {
    return model && kernel_size ? inputs : NULL;
}
