/* Diagnosis: the first convolution reads the raw inputs; they must be pre-activated first. */
#include "models/plain.h"

Tensor *plain_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    bool is_training, int index) {
    SCOPE(inputs, "plain_block%d", index);
    Tensor *conv1 = custom_conv2d(model, inputs, filters, 3, strides, NULL);

    Tensor *pre_activated2 = pre_activation(model, conv1, is_training);
    return custom_conv2d(model, pre_activated2, filters, 3, 1, NULL);
}
