/* The plain network around plain_block(). */
#include "models/plain.h"

static Tensor *plain_block_layer(const ResNetModel *model, Tensor *inputs, bool is_training,
                                 int index) {
    SCOPE(inputs, "block_layer%d", index);
    Tensor *outputs = inputs;
    for (int i = 0; i < model->block_layer_sizes[index]; i++)
        outputs = plain_block(model, outputs, model->filters_initial << index,
                              i == 0 ? model->block_strides[index] : 1, is_training, i);
    return outputs;
}

Tensor *plain_model_layers(const ResNetModel *model, Tensor *inputs, bool is_training) {
    Tensor *outputs = custom_conv2d(model, inputs, model->filters_initial, model->stem_kernel_size,
                                    model->stem_strides, "conv_initial");
    for (int i = 0; i < model->num_block_layers; i++)
        outputs = plain_block_layer(model, outputs, is_training, i);
    outputs = pre_activation(model, outputs, is_training);
    outputs = flatten(global_average_pool2d(outputs));
    return dense(outputs, (DenseOptions){.units = model->output_size, .name = "logits"});
}
