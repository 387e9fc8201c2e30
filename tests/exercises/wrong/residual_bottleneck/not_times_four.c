/* Diagnosis: the last convolution has `filters` outputs; it must widen to 4 * filters. */
#include "models/original_resnet.h"

Tensor *residual_bottleneck(const OriginalResNet *model, Tensor *inputs, int filters,
                            bool use_1x1conv, int strides, bool is_training, int index) {
    SCOPE(inputs, "residual_bottleneck%d", index);
    int strides1 = model->strides_on_first ? strides : 1;
    int strides2 = model->strides_on_first ? 1 : strides;
    Tensor *outputs = original_conv2d(model, inputs, filters, 1, strides1, "conv1");
    outputs = relu(original_batch_norm(model, outputs, is_training, "bn1"));
    outputs = original_conv2d(model, outputs, filters, 3, strides2, "conv2");
    outputs = relu(original_batch_norm(model, outputs, is_training, "bn2"));
    outputs = original_conv2d(model, outputs, filters, 1, 1, "conv3");
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
