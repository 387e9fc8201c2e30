/* Diagnosis: the second convolution has the strides; the first one has, the second has strides 1.
 */
#include "models/original_resnet.h"

Tensor *residual_block(const OriginalResNet *model, Tensor *inputs, int num_channels,
                       bool use_1x1conv, int strides, bool is_training, int index) {
    SCOPE(inputs, "residual_block%d", index);
    Tensor *outputs = original_conv2d(model, inputs, num_channels, 3, 1, "conv1");
    outputs = relu(original_batch_norm(model, outputs, is_training, "bn1"));
    outputs = original_conv2d(model, outputs, num_channels, 3, strides, "conv2");
    outputs = original_batch_norm(model, outputs, is_training, "bn2");
    if (model->is_plain)
        return relu(outputs);
    Tensor *shortcut = inputs;
    if (use_1x1conv)
        shortcut = original_conv2d(model, inputs, num_channels, 1, strides, "projection");
    if (use_1x1conv && model->projection_batch_norm)
        shortcut = original_batch_norm(model, shortcut, is_training, "projection_bn");
    return relu(add(outputs, shortcut));
}
