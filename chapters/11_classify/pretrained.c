#include "pretrained.h"

#include "base/error.h"
#include "models/original_resnet.h"

#include <stdio.h>
#include <string.h>

enum { PUBLISHED_NAME = 64, PART = 32, PUBLISHED_LAYERS = 4 };
enum { IMAGENET_SHORTER_SIDE = 256, IMAGENET_CROP = 224, RGB = 3 };

/* ---- names ---- */

static const char *const published_endings[] = {
    [PARAMETER_KERNEL] = "weight",
    [PARAMETER_BIAS] = "bias",
    [PARAMETER_GAMMA] = "weight",
    [PARAMETER_BETA] = "bias",
    [PARAMETER_MOVING_MEAN] = "running_mean",
    [PARAMETER_MOVING_VARIANCE] = "running_var",
};

static const struct {
    const char *ours, *published;
} modules[] = {
    {"conv_initial", "conv1"},
    {"bn_initial", "bn1"},
    {"logits", "fc"},
    {"projection", "downsample.0"},
    {"projection_bn", "downsample.1"},
};

/* PyTorch's name of a module. A block's conv1, bn1, ... have the same name here. */
static const char *published_module(const char *ours) {
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++)
        if (strcmp(ours, modules[i].ours) == 0)
            return modules[i].published;
    return ours;
}

/* "block_layer1/residual_block0/projection/kernel": "layer2.0.downsample.0.weight". */
static const char *published_name(const Parameter *parameter, char name[PUBLISHED_NAME]) {
    int layer, block;
    char module[PART];
    const char *ending = published_endings[parameter->role];
    if (sscanf(parameter->name, "block_layer%d/residual_%*[a-z]%d/%31[^/]", &layer, &block,
               module) == 3)
        snprintf(name, PUBLISHED_NAME, "layer%d.%d.%s.%s", layer + 1, block,
                 published_module(module), ending);
    else if (sscanf(parameter->name, "%31[^/]", module) == 1)
        snprintf(name, PUBLISHED_NAME, "%s.%s", published_module(module), ending);
    return name;
}

/* ---- which network ---- */

/* The weights called `name`. Ends the program unless the file has them, with `rank` axes. */
static const SafeTensor *weights(const char *path, const SafeTensors *file, const char *name,
                                 int rank) {
    const SafeTensor *tensor = safetensors_find(file, name);
    require(tensor,
            "%s: holds no %s; name a ResNet's weights under PyTorch's names (a checkpoint of the "
            "trainer goes with --model)",
            path, name);
    require(tensor->rank == rank, "%s: %s has %d dimensions, not %d; name a ResNet's weights", path,
            name, tensor->rank, rank);
    return tensor;
}

static int count_blocks(const SafeTensors *file, int layer) {
    char name[PUBLISHED_NAME];
    int count = -1;
    do
        snprintf(name, sizeof name, "layer%d.%d.conv1.weight", layer + 1, ++count);
    while (safetensors_find(file, name));
    return count;
}

PretrainedForm pretrained_form(const char *path, const SafeTensors *file) {
    const SafeTensor *stem = weights(path, file, "conv1.weight", 4);
    const SafeTensor *head = weights(path, file, "fc.weight", 2);
    PretrainedForm form = {.classes = head->size[0], .channels = stem->size[1]};
    bool bottleneck = safetensors_find(file, "layer1.0.conv3.weight");
    int sizes[PUBLISHED_LAYERS];
    for (int layer = 0; layer < PUBLISHED_LAYERS; layer++)
        sizes[layer] = count_blocks(file, layer);
    for (const ResNetDepth *depth = resnet_depths; depth->name; depth++)
        if (depth->form == IMAGENET_FORM && depth->is_original &&
            resnet_model(depth->num_layers, 1, CHANNELS_LAST).bottleneck == bottleneck &&
            memcmp(depth->block_layer_sizes, sizes, sizeof sizes) == 0)
            form.num_layers = depth->num_layers;
    require(
        form.num_layers && form.classes > 0 && form.channels > 0,
        "%s: %d, %d, %d and %d %s blocks are no ResNet-18, 34, 50, 101 or 152; name the weights "
        "of one of these",
        path, sizes[0], sizes[1], sizes[2], sizes[3], bottleneck ? "three-layer" : "two-layer");
    return form;
}

/* ---- values ---- */

/* Our shape in PyTorch's order of axes. */
static Shape published_shape(const Parameter *parameter) {
    Shape ours = parameter->shape, theirs = ours;
    if (ours.rank == 4) /* (R, S, C, K) */
        theirs = shape4(ours.size[3], ours.size[2], ours.size[0], ours.size[1]);
    if (ours.rank == 2) /* (C, K) */
        theirs = shape2(ours.size[1], ours.size[0]);
    return theirs;
}

static void check_tensor(const char *path, const SafeTensors *file, const Parameter *parameter) {
    char name[PUBLISHED_NAME], found_text[SHAPE_TEXT], wanted_text[SHAPE_TEXT];
    const SafeTensor *tensor = safetensors_find(file, published_name(parameter, name));
    require(tensor, "%s: holds no %s, which the network has; name its whole weights", path, name);
    Shape found = {.rank = tensor->rank}, wanted = published_shape(parameter);
    memcpy(found.size, tensor->size, sizeof found.size);
    require(shape_equal(found, wanted),
            "%s: %s has shape %s, but the network's has %s; name the weights of this network", path,
            name, shape_text(found, found_text), shape_text(wanted, wanted_text));
    require(tensor->values, "%s: %s has dtype %s, but only F32 is read; convert the file to F32",
            path, name, tensor->dtype);
}

static bool is_counter(const char *name) {
    const char *last = strrchr(name, '.');
    return last && strcmp(last, ".num_batches_tracked") == 0;
}

static bool is_known(const char *name, const Params *params) {
    char published[PUBLISHED_NAME];
    for (int i = 0; i < params_count(params); i++)
        if (strcmp(published_name(params_at(params, i), published), name) == 0)
            return true;
    return false;
}

/* Ends the program if the file holds a tensor that is not the network's. */
static void check_for_strangers(const char *path, const SafeTensors *file, const Params *params) {
    int count = 0;
    for (int i = 0; i < file->count; i++)
        count += !is_counter(file->tensors[i].name);
    for (int i = 0; i < file->count && count > params_count(params); i++)
        require(is_counter(file->tensors[i].name) || is_known(file->tensors[i].name, params),
                "%s: holds %s, which the network has not; name the weights of this network", path,
                file->tensors[i].name);
}

/* (K, C, R, S) becomes (R, S, C, K), and (K, C), like one tap, becomes (C, K). */
static void copy_kernel(const SafeTensor *tensor, const Parameter *parameter) {
    bool is_dense = tensor->rank == 2;
    int filters = tensor->size[0], channels = tensor->size[1];
    int taps = is_dense ? 1 : tensor->size[2] * tensor->size[3];
    const float *value = tensor->values;
    float *kernel = parameter_values(parameter);
    for (int k = 0; k < filters; k++)
        for (int c = 0; c < channels; c++)
            for (int tap = 0; tap < taps; tap++)
                kernel[((size_t)tap * channels + c) * filters + k] = *value++;
}

void pretrained_check(const char *path, const SafeTensors *file, const Params *params) {
    for (int i = 0; i < params_count(params); i++)
        check_tensor(path, file, params_at(params, i));
    check_for_strangers(path, file, params);
}

static void load(const char *path, const SafeTensors *file, Params *params) {
    pretrained_check(path, file, params);
    params_allocate(params);
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(params, i);
        char name[PUBLISHED_NAME];
        const SafeTensor *tensor = safetensors_find(file, published_name(parameter, name));
        if (parameter->role == PARAMETER_KERNEL)
            copy_kernel(tensor, parameter);
        else
            memcpy(parameter_values(parameter), tensor->values, parameter->count * sizeof(float));
    }
}

static void number_names(Classifier *classifier) {
    const char **names =
        arena_alloc(classifier->arena, (size_t)classifier->classes * sizeof *names);
    for (int k = 0; k < classifier->classes; k++)
        names[k] = arena_printf(classifier->arena, "class %d", k);
    classifier->class_names = names;
}

Classifier *classifier_from_pretrained(const char *path, int num_layers) {
    static const float mean[] = {0.485f, 0.456f, 0.406f}, deviation[] = {0.229f, 0.224f, 0.225f};
    SafeTensors *file = safetensors_read(path);
    PretrainedForm form = pretrained_form(path, file);
    require(!num_layers || num_layers == form.num_layers,
            "%s: holds a ResNet-%d, not a ResNet-%d; leave --layers out or name other weights",
            path, form.num_layers, num_layers);
    require(form.channels == RGB, "%s: made for images of %d channels; name weights for RGB, 3",
            path, form.channels);
    Classifier *classifier = classifier_new();
    classifier->description =
        arena_printf(classifier->arena, "ResNet-%d, published weights", form.num_layers);
    classifier->classes = form.classes;
    classifier->height = classifier->width = IMAGENET_CROP;
    classifier->channels = RGB;
    memcpy(classifier->mean, mean, sizeof mean);
    memcpy(classifier->deviation, deviation, sizeof deviation);
    classifier->shorter_side = IMAGENET_SHORTER_SIDE;
    number_names(classifier);

    OriginalResNet *model = arena_alloc(classifier->arena, sizeof *model);
    *model = original_resnet(form.num_layers, STYLE_PYTORCH, form.classes, CHANNELS_LAST);
    classifier->model = model;
    classifier->record = original_record;
    classifier_record(classifier);
    load(path, file, classifier->params);
    safetensors_free(file);
    return classifier;
}
