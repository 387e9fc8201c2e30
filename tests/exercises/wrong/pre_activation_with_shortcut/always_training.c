/* Diagnosis: is_training does not reach pre_activation: it is always true. */
#include "models/resnet.h"

PreActivated pre_activation_with_shortcut(const ResNetModel *model, Tensor *inputs,
                                          bool is_training __attribute__((unused)),
                                          ShortcutParams shortcut_params) {
    Tensor *pre_activated = pre_activation(model, inputs, true);
    Tensor *shortcut = inputs;
    if (shortcut_params.filters > 0)
        shortcut = custom_conv2d(model, pre_activated, shortcut_params.filters, 1,
                                 shortcut_params.strides, NULL);
    return (PreActivated){pre_activated, shortcut};
}
