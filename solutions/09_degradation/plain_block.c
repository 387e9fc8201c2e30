/* Exercise 09_degradation, part 1: a block without a way around it.
 *
 * In the scope plain_block{index}:
 *   pre-activation -> 3x3 convolution (strides) -> pre-activation -> 3x3 convolution (strides 1).
 *
 * It is regular_block() of chapter 5 without the shortcut. Step by step:
 *   1. Open the scope with SCOPE(inputs, ...), as regular_block does.
 *   2. Pre-activate the inputs: pre_activation() of chapter 3. No shortcut is needed.
 *   3. The first convolution: custom_conv2d(), 3x3, `filters` filters, with the strides, name NULL.
 *   4. The same two again, from what the first convolution made, with strides 1.
 *   5. Return what the second convolution made. */
#include "models/plain.h"

Tensor *plain_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    bool is_training, int index) {
    /* stub: return NULL; */
    SCOPE(inputs, "plain_block%d", index);
    Tensor *pre_activated1 = pre_activation(model, inputs, is_training);
    Tensor *conv1 = custom_conv2d(model, pre_activated1, filters, 3, strides, NULL);

    Tensor *pre_activated2 = pre_activation(model, conv1, is_training);
    return custom_conv2d(model, pre_activated2, filters, 3, 1, NULL);
}
