/* The original ResNet: what the styles differ in, and the model around the blocks. */
#include "models/original_resnet.h"

#include "base/error.h"

const char *const original_styles[] = {
    [STYLE_D2L] = "d2l", [STYLE_KERAS] = "keras", [STYLE_PYTORCH] = "pytorch", NULL};

/* PyTorch's momentum of 0.1 is the share of the new value, so it is 0.9 here. The d2l book has no
 * bottlenecks; the original network's, with the strides on the first 1x1, stand in for them. */
static void set_style(OriginalResNet *model) {
    model->conv_bias = model->style != STYLE_PYTORCH;
    model->projection_batch_norm = model->style != STYLE_D2L;
    model->strides_on_first = model->style != STYLE_PYTORCH;
    model->form.batch_norm_momentum = model->style == STYLE_KERAS ? 0.99f : 0.9f;
    model->form.batch_norm_epsilon = model->style == STYLE_KERAS ? 1.001e-5f : 1e-5f;
}

OriginalResNet original_resnet(int num_layers, OriginalStyle style, int output_size,
                               DataFormat data_format) {
    for (const ResNetDepth *depth = resnet_depths; depth->name; depth++)
        require(
            depth->num_layers != num_layers || depth->is_original,
            "the ResNet of %d layers is a pre-activation one; choose an original, such as 20, 50 "
            "or 152",
            num_layers);
    OriginalResNet model = {.form = resnet_model(num_layers, output_size, data_format),
                            .style = style};
    set_style(&model);
    return model;
}

Tensor *original_conv2d(const OriginalResNet *model, Tensor *inputs, int filters, int kernel_size,
                        int strides, const char *name) {
    return conv2d(inputs, (Conv2DOptions){.filters = filters,
                                          .kernel_size = kernel_size,
                                          .strides = strides,
                                          .padding = PADDING_SYMMETRIC,
                                          .pad = (kernel_size - 1) / 2,
                                          .no_bias = !model->conv_bias,
                                          .name = name});
}

Tensor *original_batch_norm(const OriginalResNet *model, Tensor *inputs, bool is_training,
                            const char *name) {
    return batch_normalization(inputs,
                               (BatchNormOptions){.is_training = is_training,
                                                  .momentum = model->form.batch_norm_momentum,
                                                  .epsilon = model->form.batch_norm_epsilon,
                                                  .name = name});
}

static Tensor *stem(const OriginalResNet *model, Tensor *inputs, bool is_training) {
    Tensor *outputs =
        original_conv2d(model, inputs, model->form.filters_initial, model->form.stem_kernel_size,
                        model->form.stem_strides, "conv_initial");
    outputs = relu(original_batch_norm(model, outputs, is_training, "bn_initial"));
    if (!model->form.stem_pool)
        return outputs;
    return max_pool2d(outputs, (PoolOptions){.pool_size = 3,
                                             .strides = 2,
                                             .padding = PADDING_SYMMETRIC,
                                             .pad = 1,
                                             .name = "pool_initial"});
}

static Tensor *original_block_layer(const OriginalResNet *model, Tensor *inputs, bool is_training,
                                    int layer) {
    SCOPE(inputs, "block_layer%d", layer);
    Tensor *(*block)(const OriginalResNet *, Tensor *, int, bool, int, bool, int) =
        model->form.bottleneck ? residual_bottleneck : residual_block;
    int filters = model->form.filters_initial << layer, strides = model->form.block_strides[layer];
    int channels = model->form.bottleneck ? 4 * filters : filters;
    bool use_1x1conv = strides != 1 || tensor_image_size(inputs).channels != channels;
    Tensor *outputs = block(model, inputs, filters, use_1x1conv, strides, is_training, 0);
    for (int i = 1; i < model->form.block_layer_sizes[layer]; i++)
        outputs = block(model, outputs, filters, false, 1, is_training, i);
    return outputs;
}

Tensor *original_layers(const OriginalResNet *model, Tensor *inputs, bool is_training) {
    Tensor *outputs = stem(model, inputs, is_training);
    for (int layer = 0; layer < model->form.num_block_layers; layer++)
        outputs = original_block_layer(model, outputs, is_training, layer);
    outputs = flatten(global_average_pool2d(outputs));
    return dense(outputs, (DenseOptions){.units = model->form.output_size, .name = "logits"});
}

Tensor *original_record(const void *model, Tensor *images, bool is_training) {
    return original_layers(model, images, is_training);
}
