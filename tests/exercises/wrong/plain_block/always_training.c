/* Diagnosis: the pre-activations always run as in training; they must get is_training. */
#include "models/plain.h"

Tensor *plain_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    bool is_training, int index) {
    (void)is_training;
    SCOPE(inputs, "plain_block%d", index);
    Tensor *pre_activated1 = pre_activation(model, inputs, true);
    Tensor *conv1 = custom_conv2d(model, pre_activated1, filters, 3, strides, NULL);

    Tensor *pre_activated2 = pre_activation(model, conv1, true);
    return custom_conv2d(model, pre_activated2, filters, 3, 1, NULL);
}
