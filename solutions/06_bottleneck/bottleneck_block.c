/* Exercise 06_bottleneck: narrow in the middle.
 *
 * In the scope bottleneck_block{index}:
 *   1x1 convolution to `filters` (strides 1) -> 3x3 to `filters` (strides) -> 1x1 to 4 * filters
 *   (strides 1) -> plus the shortcut, each convolution on pre-activated inputs.
 *
 * Step by step:
 *   1. Open the scope: SCOPE(inputs, "bottleneck_block%d", index);
 *   2. pre_activation_with_shortcut() with (ShortcutParams){shortcut_filters, strides}.
 *   3. The first convolution, on its pre-activated inputs.
 *   4. Twice: pre_activation(), then the next convolution. All names are NULL.
 *   5. Return the sum of the last convolution and the shortcut. */
#include "models/resnet.h"

Tensor *bottleneck_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                         bool is_training, int index, int shortcut_filters) {
    /* stub: return NULL; */
    SCOPE(inputs, "bottleneck_block%d", index);
    PreActivated first = pre_activation_with_shortcut(model, inputs, is_training,
                                                      (ShortcutParams){shortcut_filters, strides});
    Tensor *conv1 = custom_conv2d(model, first.inputs, filters, 1, 1, NULL);

    Tensor *pre_activated2 = pre_activation(model, conv1, is_training);
    Tensor *conv2 = custom_conv2d(model, pre_activated2, filters, 3, strides, NULL);

    Tensor *pre_activated3 = pre_activation(model, conv2, is_training);
    Tensor *conv3 = custom_conv2d(model, pre_activated3, 4 * filters, 1, 1, NULL);
    return add(conv3, first.shortcut);
}
