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
    /* CODE HERE */
    return NULL;
}
