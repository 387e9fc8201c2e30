/* Diagnosis: the projection has a 3x3 kernel; it must be 1x1: it changes channels, it does not
 * look around. */
#include "models/resnet.h"

PreActivated pre_activation_with_shortcut(const ResNetModel *model, Tensor *inputs,
                                          bool is_training, ShortcutParams shortcut_params) {
    Tensor *pre_activated = pre_activation(model, inputs, is_training);
    Tensor *shortcut = inputs;
    if (shortcut_params.filters > 0)
        shortcut = custom_conv2d(model, pre_activated, shortcut_params.filters, 3,
                                 shortcut_params.strides, NULL);
    return (PreActivated){pre_activated, shortcut};
}
