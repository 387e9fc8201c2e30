/* Diagnosis: the first convolution has no name; it must be named conv_initial. */
#include "models/resnet.h"

Tensor *model_layers(const ResNetModel *model, Tensor *inputs, bool is_training) {
    Tensor *outputs = custom_conv2d(model, inputs, model->filters_initial, model->stem_kernel_size,
                                    model->stem_strides, NULL);
    if (model->stem_pool)
        outputs = max_pool2d(outputs, (PoolOptions){.pool_size = 3,
                                                    .strides = 2,
                                                    .padding = PADDING_SAME,
                                                    .name = "pool_initial"});

    for (int i = 0; i < model->num_block_layers; i++) {
        int filters = model->filters_initial << i; /* doubled in each block layer */
        outputs = block_layer(model, outputs, filters, model->block_strides[i],
                              model->block_layer_sizes[i], is_training, i);
    }

    outputs = pre_activation(model, outputs, is_training);
    outputs = flatten(global_average_pool2d(outputs));
    return dense(outputs, (DenseOptions){.units = model->output_size, .name = "logits"});
}
