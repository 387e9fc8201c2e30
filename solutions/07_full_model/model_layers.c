/* Exercise 07_full_model, part 2: the whole network, from images to logits.
 *
 * Step by step:
 *   1. The stem: a custom_conv2d() with model->filters_initial, model->stem_kernel_size and
 *      model->stem_strides, named "conv_initial".
 *   2. If model->stem_pool: max_pool2d() of 3x3, strides 2, PADDING_SAME, named "pool_initial".
 *   3. model->num_block_layers block layers, numbered from 0. Number i has filters_initial filters,
 *      doubled i times (there is no power in C: 2 ^ i is an exclusive or), the strides
 *      model->block_strides[i] and model->block_layer_sizes[i] blocks.
 *   4. A last pre_activation(): the blocks end with an addition, which nobody has activated.
 *   5. The mean over the whole map: global_average_pool2d(); then flatten().
 *   6. dense() with model->output_size units, named "logits". No softmax: the loss does that.
 * All functions of the library that you need are in common/layers/layers.h. */
#include "models/resnet.h"

Tensor *model_layers(const ResNetModel *model, Tensor *inputs, bool is_training) {
    /* stub: return NULL; */
    Tensor *outputs = custom_conv2d(model, inputs, model->filters_initial, model->stem_kernel_size,
                                    model->stem_strides, "conv_initial");
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
