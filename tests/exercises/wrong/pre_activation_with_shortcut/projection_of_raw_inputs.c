/* Diagnosis: the projection reads the raw inputs; it must read the pre-activated ones. */
#include "models/resnet.h"

PreActivated pre_activation_with_shortcut(const ResNetModel *model, Tensor *inputs,
                                          bool is_training, ShortcutParams shortcut_params) {
    Tensor *pre_activated = pre_activation(model, inputs, is_training);
    Tensor *shortcut = inputs;
    if (shortcut_params.filters > 0)
        shortcut =
            custom_conv2d(model, inputs, shortcut_params.filters, 1, shortcut_params.strides, NULL);
    return (PreActivated){pre_activated, shortcut};
}
