/* Diagnosis: the shortcut is not added: the block returns its last convolution alone. */
#include "models/resnet.h"

Tensor *bottleneck_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                         bool is_training, int index, int shortcut_filters) {
    SCOPE(inputs, "bottleneck_block%d", index);
    PreActivated first = pre_activation_with_shortcut(model, inputs, is_training,
                                                      (ShortcutParams){shortcut_filters, strides});
    Tensor *conv1 = custom_conv2d(model, first.inputs, filters, 1, 1, NULL);

    Tensor *pre_activated2 = pre_activation(model, conv1, is_training);
    Tensor *conv2 = custom_conv2d(model, pre_activated2, filters, 3, strides, NULL);

    Tensor *pre_activated3 = pre_activation(model, conv2, is_training);
    Tensor *conv3 = custom_conv2d(model, pre_activated3, 4 * filters, 1, 1, NULL);
    return conv3;
}
