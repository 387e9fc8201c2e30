/* Exercise 05_regular_block: two convolutions and a way around them.
 *
 * In the scope regular_block{index}:
 *   pre-activation with shortcut -> 3x3 convolution (strides) -> pre-activation -> 3x3 convolution
 *   (strides 1) -> plus the shortcut.
 *
 * The scope, the first pre-activation with its shortcut and the first convolution are there. What
 * is left, step by step:
 *   1. Pre-activate what the first convolution made: pre_activation() of chapter 3.
 *   2. The second convolution: 3x3, as many filters, strides 1, name NULL.
 *   3. Add the shortcut with add() of layers/layers.h, and return the sum. Nothing comes after the
 *      addition: no ReLU, no batch norm. */
#include "models/resnet.h"

Tensor *regular_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                      bool is_training, int index, int shortcut_filters) {
    SCOPE(inputs, "regular_block%d", index);
    PreActivated first = pre_activation_with_shortcut(model, inputs, is_training,
                                                      (ShortcutParams){shortcut_filters, strides});
    Tensor *conv1 = custom_conv2d(model, first.inputs, filters, 3, strides, NULL);

    /* stub: (void)conv1; return NULL; */
    Tensor *pre_activated2 = pre_activation(model, conv1, is_training);
    Tensor *conv2 = custom_conv2d(model, pre_activated2, filters, 3, 1, NULL);
    return add(conv2, first.shortcut);
}
