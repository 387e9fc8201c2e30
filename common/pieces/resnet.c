/* The configurations of the published depths. */
#include "pieces/resnet.h"

#include "base/error.h"

/* He et al. 2015, table 1; 200: He et al. 2016, "Identity mappings in deep residual networks". */
static const struct {
    int num_layers;
    const char *name;
    int block_layer_sizes[MAX_BLOCK_LAYERS];
} imagenet_forms[] = {
    {18, "resnet18", {2, 2, 2, 2}},    {34, "resnet34", {3, 4, 6, 3}},
    {50, "resnet50", {3, 4, 6, 3}},    {101, "resnet101", {3, 4, 23, 3}},
    {152, "resnet152", {3, 8, 36, 3}}, {200, "resnet200", {3, 24, 36, 3}},
};

/* 6n + 2 layers: three block layers of n blocks each. */
static const struct {
    int num_layers;
    const char *name;
} cifar_forms[] = {
    {20, "resnet20"}, {32, "resnet32"}, {44, "resnet44"}, {56, "resnet56"}, {110, "resnet110"},
};

static bool imagenet_form(ResNetModel *model) {
    for (size_t i = 0; i < sizeof imagenet_forms / sizeof imagenet_forms[0]; i++) {
        if (imagenet_forms[i].num_layers != model->num_layers)
            continue;
        model->name = imagenet_forms[i].name;
        model->bottleneck = model->num_layers >= 50;
        model->filters_initial = 64;
        model->stem_kernel_size = 7;
        model->stem_strides = 2;
        model->stem_pool = true;
        model->num_block_layers = 4;
        for (int layer = 0; layer < 4; layer++) {
            model->block_layer_sizes[layer] = imagenet_forms[i].block_layer_sizes[layer];
            model->block_strides[layer] = layer == 0 ? 1 : 2;
        }
        return true;
    }
    return false;
}

static bool cifar_form(ResNetModel *model) {
    for (size_t i = 0; i < sizeof cifar_forms / sizeof cifar_forms[0]; i++) {
        if (cifar_forms[i].num_layers != model->num_layers)
            continue;
        model->name = cifar_forms[i].name;
        model->filters_initial = 16;
        model->stem_kernel_size = 3;
        model->stem_strides = 1;
        model->num_block_layers = 3;
        for (int layer = 0; layer < 3; layer++) {
            model->block_layer_sizes[layer] = (model->num_layers - 2) / 6;
            model->block_strides[layer] = layer == 0 ? 1 : 2;
        }
        return true;
    }
    return false;
}

ResNetModel resnet_model(int min_aspect_dim, int resize_dim, int num_layers, int output_size,
                         DataFormat data_format) {
    ResNetModel model = {.num_layers = num_layers,
                         .output_size = output_size,
                         .data_format = data_format,
                         .min_aspect_dim = min_aspect_dim,
                         .resize_dim = resize_dim};
    require(imagenet_form(&model) || cifar_form(&model),
            "there is no ResNet of %d layers here; use 18, 34, 50, 101, 152 or 200 (7x7 stem), or "
            "20, 32, 44, 56 or 110 (3x3 stem)",
            num_layers);
    require(output_size > 0, "a ResNet of %d classes was asked for; at least 1 is needed",
            output_size);
    return model;
}
