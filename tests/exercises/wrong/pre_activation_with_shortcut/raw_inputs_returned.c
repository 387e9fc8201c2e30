/* Diagnosis: the inputs are returned raw; a block works on the pre-activated inputs. */
#include "models/resnet.h"

PreActivated pre_activation_with_shortcut(const ResNetModel *model, Tensor *inputs,
                                          bool is_training, ShortcutParams shortcut_params) {
    Tensor *pre_activated = pre_activation(model, inputs, is_training);
    Tensor *shortcut = inputs;
    if (shortcut_params.filters > 0)
        shortcut = custom_conv2d(model, pre_activated, shortcut_params.filters, 1,
                                 shortcut_params.strides, NULL);
    return (PreActivated){inputs, shortcut};
}
