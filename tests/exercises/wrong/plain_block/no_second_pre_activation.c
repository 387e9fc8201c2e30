/* Diagnosis: the second convolution reads the first one directly; a pre-activation belongs
 * between them. */
#include "models/plain.h"

Tensor *plain_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    bool is_training, int index) {
    SCOPE(inputs, "plain_block%d", index);
    Tensor *pre_activated1 = pre_activation(model, inputs, is_training);
    Tensor *conv1 = custom_conv2d(model, pre_activated1, filters, 3, strides, NULL);
    return custom_conv2d(model, conv1, filters, 3, 1, NULL);
}
