/* Exercise 04_shortcut: the two ways into a block.
 *
 * A block gets `inputs`. Its convolutions work on the pre-activated inputs; the shortcut goes
 * around them. There are two kinds of shortcut: identity (shortcut_params.filters is 0): the raw
 * inputs, as they came; projection (shortcut_params.filters is greater): a 1x1 convolution of the
 * PRE-ACTIVATED inputs, with so many filters and with shortcut_params.strides.
 *
 * Step by step:
 *   1. Pre-activate the inputs: pre_activation() of chapter 3.
 *   2. Choose the shortcut. The projection is a custom_conv2d() of chapter 2; its name is NULL.
 *   3. Return both: (PreActivated){.inputs = ..., .shortcut = ...}. */
#include "models/resnet.h"

PreActivated pre_activation_with_shortcut(const ResNetModel *model, Tensor *inputs,
                                          bool is_training, ShortcutParams shortcut_params) {
    /* stub: return (PreActivated){NULL, NULL}; */
    Tensor *pre_activated = pre_activation(model, inputs, is_training);
    Tensor *shortcut = inputs;
    if (shortcut_params.filters > 0)
        shortcut = custom_conv2d(model, pre_activated, shortcut_params.filters, 1,
                                 shortcut_params.strides, NULL);
    return (PreActivated){pre_activated, shortcut};
}
