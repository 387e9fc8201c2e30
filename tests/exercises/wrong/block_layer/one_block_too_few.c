/* Diagnosis: there is one block too few. */
#include "models/resnet.h"

Tensor *block_layer(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    int num_blocks, bool is_training, int index) {
    SCOPE(inputs, "block_layer%d", index);
    int shortcut_filters = model->bottleneck ? 4 * filters : filters;
    Tensor *(*block)(const ResNetModel *, Tensor *, int, int, bool, int, int) =
        model->bottleneck ? bottleneck_block : regular_block;

    Tensor *outputs = block(model, inputs, filters, strides, is_training, 0, shortcut_filters);
    for (int i = 1; i < num_blocks - 1; i++)
        outputs = block(model, outputs, filters, 1, is_training, i, 0);
    return outputs;
}
