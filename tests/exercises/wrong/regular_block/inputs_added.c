/* Diagnosis: the raw inputs are added; it must be first.shortcut, which may be a projection. */
#include "models/resnet.h"

Tensor *regular_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                      bool is_training, int index, int shortcut_filters) {
    SCOPE(inputs, "regular_block%d", index);
    PreActivated first = pre_activation_with_shortcut(model, inputs, is_training,
                                                      (ShortcutParams){shortcut_filters, strides});
    Tensor *conv1 = custom_conv2d(model, first.inputs, filters, 3, strides, NULL);

    Tensor *pre_activated2 = pre_activation(model, conv1, is_training);
    Tensor *conv2 = custom_conv2d(model, pre_activated2, filters, 3, 1, NULL);
    return add(conv2, inputs);
}
