/* Exercise 10_original_resnet: the block as it was first.
 *
 * In the scope residual_block{index}:
 *   3x3 convolution (strides) -> batch norm -> ReLU -> 3x3 convolution (strides 1) -> batch norm
 *   -> plus the shortcut -> ReLU.
 *
 * original_conv2d() and original_batch_norm() of models/original_resnet.h know the padding, the
 * biases and the epsilon of each style. Here each convolution and batch norm has its own name,
 * so that weights which others have trained find their place. Step by step:
 *   1. Open the scope: SCOPE(inputs, "residual_block%d", index);
 *   2. The convolution "conv1" with num_channels filters and the strides, the batch norm "bn1",
 *      relu().
 *   3. The convolution "conv2" with strides 1 and the batch norm "bn2". No ReLU yet.
 *   4. If model->is_plain, there is no shortcut: return the ReLU of that.
 *   5. The shortcut is the inputs as they came. With use_1x1conv, it is their 1x1 convolution
 *      "projection" with num_channels filters and the strides; and if the model has
 *      projection_batch_norm, the batch norm "projection_bn" of that.
 *   6. Add, and return the ReLU of the sum. */
#include "models/original_resnet.h"

Tensor *residual_block(const OriginalResNet *model, Tensor *inputs, int num_channels,
                       bool use_1x1conv, int strides, bool is_training, int index) {
    /* CODE HERE */
    return NULL;
}
