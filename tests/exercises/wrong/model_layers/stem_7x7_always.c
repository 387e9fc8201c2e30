/* Diagnosis: the stem is always 7x7 with strides 2; it must follow model->stem_kernel_size and
 * model->stem_strides. */
#include "models/resnet.h"

Tensor *model_layers(const ResNetModel *model, Tensor *inputs, bool is_training) {
    Tensor *outputs = custom_conv2d(model, inputs, model->filters_initial, 7, 2, "conv_initial");
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
