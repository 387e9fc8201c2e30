/* Exercise 07_full_model, part 1: blocks in a row.
 *
 * In the scope block_layer{index}: num_blocks blocks, one after the other, numbered from 0. With
 * model->bottleneck they are bottleneck blocks, otherwise regular ones.
 *   The first block has a projection and the strides. The projection has as many filters as the
 *   block has outputs: `filters`, or 4 * filters with bottlenecks.
 *   All others have the identity (shortcut_filters 0) and strides 1.
 *
 * Step by step:
 *   1. Open the scope.
 *   2. How many filters does the projection need?
 *   3. The first block, number 0.
 *   4. A loop over the others: each takes what the one before made. */
#include "models/resnet.h"

Tensor *block_layer(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    int num_blocks, bool is_training, int index) {
    /* stub: return NULL; */
    SCOPE(inputs, "block_layer%d", index);
    int shortcut_filters = model->bottleneck ? 4 * filters : filters;
    Tensor *(*block)(const ResNetModel *, Tensor *, int, int, bool, int, int) =
        model->bottleneck ? bottleneck_block : regular_block;

    Tensor *outputs = block(model, inputs, filters, strides, is_training, 0, shortcut_filters);
    for (int i = 1; i < num_blocks; i++)
        outputs = block(model, outputs, filters, 1, is_training, i, 0);
    return outputs;
}
