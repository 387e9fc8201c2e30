/* Exercise 10_original_resnet: the original block with three layers.
 *
 * In the scope residual_bottleneck{index}:
 *   1x1 convolution to `filters` -> 3x3 to `filters` -> 1x1 to 4 * filters, with a batch norm after
 *   each and a ReLU after the first two -> plus the shortcut -> ReLU.
 *
 * Step by step:
 *   1. Open the scope.
 *   2. Who has the strides? "conv1" if model->strides_on_first, else "conv2"; the other has 1.
 *   3. "conv1", "bn1", ReLU; "conv2", "bn2", ReLU; "conv3", "bn3".
 *   4. If model->is_plain, return the ReLU of that.
 *   5. The shortcut: as in residual_block(), but with 4 * filters.
 *   6. Add, and return the ReLU of the sum. */
#include "models/original_resnet.h"

Tensor *residual_bottleneck(const OriginalResNet *model, Tensor *inputs, int filters,
                            bool use_1x1conv, int strides, bool is_training, int index) {
    /* stub: return NULL; */
    SCOPE(inputs, "residual_bottleneck%d", index);
    int strides1 = model->strides_on_first ? strides : 1;
    int strides2 = model->strides_on_first ? 1 : strides;
    Tensor *outputs = original_conv2d(model, inputs, filters, 1, strides1, "conv1");
    outputs = relu(original_batch_norm(model, outputs, is_training, "bn1"));
    outputs = original_conv2d(model, outputs, filters, 3, strides2, "conv2");
    outputs = relu(original_batch_norm(model, outputs, is_training, "bn2"));
    outputs = original_conv2d(model, outputs, 4 * filters, 1, 1, "conv3");
    outputs = original_batch_norm(model, outputs, is_training, "bn3");
    if (model->is_plain)
        return relu(outputs);
    Tensor *shortcut = inputs;
    if (use_1x1conv)
        shortcut = original_conv2d(model, inputs, 4 * filters, 1, strides, "projection");
    if (use_1x1conv && model->projection_batch_norm)
        shortcut = original_batch_norm(model, shortcut, is_training, "projection_bn");
    return relu(add(outputs, shortcut));
}
