/* Diagnosis: each normalisation and ReLU comes after its convolution; in a pre-activation block
 * they come before it. */
#include "models/plain.h"

Tensor *plain_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    bool is_training, int index) {
    SCOPE(inputs, "plain_block%d", index);
    Tensor *conv1 = custom_conv2d(model, inputs, filters, 3, strides, NULL);
    Tensor *activated1 = pre_activation(model, conv1, is_training);

    Tensor *conv2 = custom_conv2d(model, activated1, filters, 3, 1, NULL);
    return pre_activation(model, conv2, is_training);
}
