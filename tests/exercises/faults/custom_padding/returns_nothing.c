/* Expect: wrong: something that is no tensor */
#include "models/resnet.h"

Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size) {
    const int paddings[4][2] = {{0}};
    Tensor *outputs;
    if (kernel_size > 100)
        outputs = pad(inputs, paddings);
    return model->num_layers ? outputs : NULL;
}
