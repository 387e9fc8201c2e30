#include "model.h"

enum { FILTERS = 16, KERNEL_SIZE = 3, BLOCK_LAYERS = 3 };

RegularizedModel regularized_model(int classes, bool batch_norm, float dropout) {
    ResNetModel resnet = {.name = "resnet8",
                          .num_layers = 2 + 2 * BLOCK_LAYERS,
                          .output_size = classes,
                          .data_format = CHANNELS_LAST,
                          .filters_initial = FILTERS,
                          .stem_kernel_size = KERNEL_SIZE,
                          .stem_strides = 1,
                          .num_block_layers = BLOCK_LAYERS,
                          .block_layer_sizes = {1, 1, 1},
                          .block_strides = {1, 2, 2},
                          .batch_norm_momentum = 0.9f};
    return (RegularizedModel){resnet, batch_norm, dropout};
}

static Tensor *activate(const RegularizedModel *model, Tensor *inputs, bool is_training) {
    return model->batch_norm ? pre_activation(&model->resnet, inputs, is_training) : relu(inputs);
}

/* Chapter 5's block, with the projection that every first block of a layer has. */
static Tensor *block(const RegularizedModel *model, Tensor *inputs, int filters, int strides,
                     bool is_training, int index) {
    SCOPE(inputs, "block_layer%d", index);
    const ResNetModel *resnet = &model->resnet;
    Tensor *activated = activate(model, inputs, is_training);
    Tensor *shortcut = custom_conv2d(resnet, activated, filters, 1, strides, NULL);
    Tensor *outputs = custom_conv2d(resnet, activated, filters, KERNEL_SIZE, strides, NULL);
    outputs = activate(model, outputs, is_training);
    outputs = dropout(outputs, model->dropout, is_training);
    outputs = custom_conv2d(resnet, outputs, filters, KERNEL_SIZE, 1, NULL);
    return add(outputs, shortcut);
}

Tensor *regularized_layers(const void *model, Tensor *images, bool is_training) {
    const RegularizedModel *regularized = model;
    const ResNetModel *resnet = &regularized->resnet;
    Tensor *outputs =
        custom_conv2d(resnet, images, FILTERS, KERNEL_SIZE, resnet->stem_strides, "conv_initial");
    for (int i = 0; i < BLOCK_LAYERS; i++)
        outputs =
            block(regularized, outputs, FILTERS << i, resnet->block_strides[i], is_training, i);
    outputs = activate(regularized, outputs, is_training);
    outputs = flatten(global_average_pool2d(outputs));
    outputs = dropout(outputs, regularized->dropout, is_training);
    return dense(outputs, (DenseOptions){.units = resnet->output_size, .name = "logits"});
}
