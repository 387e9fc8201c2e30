/* Diagnosis: there is one convolution only; a plain block has two, each on pre-activated inputs. */
#include "models/plain.h"

Tensor *plain_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    bool is_training, int index) {
    SCOPE(inputs, "plain_block%d", index);
    Tensor *pre_activated1 = pre_activation(model, inputs, is_training);
    return custom_conv2d(model, pre_activated1, filters, 3, strides, NULL);
}
