#include "vgg.h"

enum { STAGES = 5, HIDDEN_UNITS = 4096 };

static Tensor *stage(Tensor *inputs, int number, int convolutions, int filters) {
    SCOPE(inputs, "stage%d", number);
    Tensor *outputs = inputs;
    for (int i = 0; i < convolutions; i++)
        outputs = relu(
            conv2d(outputs,
                   (Conv2DOptions){.filters = filters, .kernel_size = 3, .padding = PADDING_SAME}));
    return max_pool2d(outputs, (PoolOptions){.pool_size = 2, .strides = 2});
}

Tensor *vgg19_layers(Tensor *images, int classes) {
    static const int convolutions[STAGES] = {2, 2, 4, 4, 4};
    static const int filters[STAGES] = {64, 128, 256, 512, 512};
    Tensor *outputs = images;
    for (int i = 0; i < STAGES; i++)
        outputs = stage(outputs, i, convolutions[i], filters[i]);
    outputs = flatten(outputs);
    for (int i = 0; i < 2; i++)
        outputs = relu(dense(outputs, (DenseOptions){.units = HIDDEN_UNITS}));
    return dense(outputs, (DenseOptions){.units = classes, .name = "logits"});
}
