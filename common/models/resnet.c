/* The configurations of the published depths. */
#include "models/resnet.h"

#include "base/error.h"

#include <string.h>

const ResNetDepth resnet_depths[RESNET_DEPTHS + 1] = {
    {18, "resnet18", IMAGENET_FORM, true, {2, 2, 2, 2}},
    {34, "resnet34", IMAGENET_FORM, true, {3, 4, 6, 3}},
    {50, "resnet50", IMAGENET_FORM, true, {3, 4, 6, 3}},
    {101, "resnet101", IMAGENET_FORM, true, {3, 4, 23, 3}},
    {152, "resnet152", IMAGENET_FORM, true, {3, 8, 36, 3}},
    {200, "resnet200", IMAGENET_FORM, false, {3, 24, 36, 3}},
    {20, "resnet20", CIFAR_FORM, true, {3, 3, 3}},
    {32, "resnet32", CIFAR_FORM, true, {5, 5, 5}},
    {44, "resnet44", CIFAR_FORM, true, {7, 7, 7}},
    {56, "resnet56", CIFAR_FORM, true, {9, 9, 9}},
    {110, "resnet110", CIFAR_FORM, true, {18, 18, 18}},
    {8, "resnet8x4", WIDE_FORM, false, {1, 1, 1}},
    {0},
};

static void set_form(ResNetModel *model, ResNetForm form) {
    bool is_imagenet = form == IMAGENET_FORM;
    model->bottleneck = is_imagenet && model->num_layers >= 50;
    model->filters_initial = form == CIFAR_FORM ? 16 : 64;
    model->stem_kernel_size = is_imagenet ? 7 : 3;
    model->stem_strides = is_imagenet ? 2 : 1;
    model->stem_pool = form != CIFAR_FORM;
    model->num_block_layers = is_imagenet ? 4 : 3;
}

int resnet_layers_in_name(const char *name) {
    const ResNetDepth *depth = resnet_depths;
    while (depth->name && strcmp(depth->name, name) != 0)
        depth++;
    return depth->num_layers;
}

ResNetModel resnet_model(int num_layers, int output_size, DataFormat data_format) {
    const ResNetDepth *depth = resnet_depths;
    while (depth->name && depth->num_layers != num_layers)
        depth++;
    require(depth->name,
            "there is no ResNet of %d layers here; use 18, 34, 50, 101, 152 or 200 (7x7 stem), or "
            "20, 32, 44, 56 or 110 (3x3 stem), or 8 (wide)",
            num_layers);
    ResNetModel model = {.name = depth->name,
                         .num_layers = num_layers,
                         .output_size = output_size,
                         .data_format = data_format};
    set_form(&model, depth->form);
    for (int layer = 0; layer < model.num_block_layers; layer++) {
        model.block_layer_sizes[layer] = depth->block_layer_sizes[layer];
        model.block_strides[layer] = layer == 0 ? 1 : 2;
    }
    require(output_size > 0, "a ResNet of %d classes was asked for; at least 1 is needed",
            output_size);
    return model;
}

/* The length of a kernel's name up to the layer's: "block_layer0/regular_block1/" of its block. */
static int scope_length(const Parameter *kernel) {
    const char *end = strrchr(kernel->name, '/');
    while (end > kernel->name && end[-1] != '/')
        end--;
    return (int)(end - kernel->name);
}

/* A block of either version has regular_block, bottleneck_block, residual_block or
 * residual_bottleneck in its name; its projection is no branch, and a plain block has none. */
static bool in_a_branch(const Parameter *parameter) {
    return parameter->role == PARAMETER_KERNEL && parameter->shape.rank == 4 &&
           (strstr(parameter->name, "_block") || strstr(parameter->name, "_bottleneck")) &&
           !strstr(parameter->name, "/projection/") && !strstr(parameter->name, "plain_block");
}

void resnet_zero_start(Params *params) {
    const Parameter *last = NULL;
    for (int i = params_count(params) - 1; i >= 0; i--) {
        const Parameter *kernel = params_at(params, i);
        if (!in_a_branch(kernel))
            continue;
        bool same = last && scope_length(last) == scope_length(kernel) &&
                    strncmp(last->name, kernel->name, (size_t)scope_length(kernel)) == 0;
        if (!same)
            memset(parameter_values(kernel), 0, kernel->count * sizeof(float));
        last = kernel;
    }
}
