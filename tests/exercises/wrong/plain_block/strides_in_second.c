/* Diagnosis: the second convolution has the strides; the first one must have them. */
#include "models/plain.h"

Tensor *plain_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    bool is_training, int index) {
    SCOPE(inputs, "plain_block%d", index);
    Tensor *pre_activated1 = pre_activation(model, inputs, is_training);
    Tensor *conv1 = custom_conv2d(model, pre_activated1, filters, 3, 1, NULL);

    Tensor *pre_activated2 = pre_activation(model, conv1, is_training);
    return custom_conv2d(model, pre_activated2, filters, 3, strides, NULL);
}
