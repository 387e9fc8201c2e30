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
    /* CODE HERE */
    return NULL;
}
