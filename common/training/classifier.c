#include "training/classifier.h"

#include "base/error.h"
#include "data/class_names.h"
#include "graph/inspect.h"
#include "models/original_resnet.h"
#include "pieces/classify.h"
#include "training/checkpoint.h"
#include "training/pretrained.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGENET_SHORTER_SIDE = 256, IMAGENET_CROP = 224, GREY = 1, RGB = 3 };

static Classifier *classifier_new(void) {
    Arena *arena = arena_new();
    Classifier *classifier = arena_alloc(arena, sizeof *classifier);
    classifier->arena = arena;
    classifier->params = params_new(0);
    return classifier;
}

static Tensor *record_images(const Classifier *classifier, Graph *graph, int batch) {
    return graph_input(graph, "images",
                       shape4(batch, classifier->height, classifier->width, classifier->channels));
}

/* Makes the parameters, by recording the network once. */
static void record_parameters(Classifier *classifier) {
    Graph *graph = graph_new(classifier->params, (GraphOptions){.data_format = CHANNELS_LAST});
    classifier->record(classifier->model, record_images(classifier, graph, 1), false);
    graph_free(graph);
}

/* ---- checkpoints ---- */

static Tensor *record_pre_activation(const void *model, Tensor *images, bool is_training) {
    return model_layers(model, images, is_training);
}

/* 20 for "resnet20". */
static int layers_in_name(const char *path, const char *name) {
    int layers = 0, length = 0;
    require(sscanf(name, "resnet%d%n", &layers, &length) == 1 && !name[length],
            "%s: is of a model %s; name a checkpoint of a pre-activation ResNet, resnet20 or so",
            path, name);
    return layers;
}

static void set_names(Classifier *classifier, const CheckpointInfo *info) {
    const char **names = arena_alloc(classifier->arena, (size_t)info->classes * sizeof *names);
    for (int k = 0; k < info->classes; k++)
        names[k] = arena_printf(classifier->arena, "%s", info->class_names[k]);
    classifier->class_names = names;
}

Classifier *classifier_from_checkpoint(const char *path) {
    CheckpointInfo info = checkpoint_read_info(path);
    Classifier *classifier = classifier_new();
    classifier->description = arena_printf(classifier->arena, "%s after %d epoch%s", info.model,
                                           info.epoch, info.epoch == 1 ? "" : "s");
    classifier->classes = info.classes;
    classifier->height = info.height;
    classifier->width = info.width;
    classifier->channels = info.channels;
    memcpy(classifier->mean, info.mean, sizeof info.mean);
    for (int c = 0; c < info.channels; c++) /* as in data/batch.c */
        classifier->deviation[c] = info.deviation[c] > 0 ? info.deviation[c] : 1;
    classifier->photo = (PhotoOptions){.height = info.height,
                                       .width = info.width,
                                       .frame = info.channels == GREY ? PHOTO_TRIM : PHOTO_CROP,
                                       .shorter_side = info.height};
    set_names(classifier, &info);

    ResNetModel *model = arena_alloc(classifier->arena, sizeof *model);
    *model = resnet_model(layers_in_name(path, info.model), info.classes, CHANNELS_LAST);
    classifier->model = model;
    classifier->record = record_pre_activation;
    record_parameters(classifier);
    params_allocate(classifier->params);
    checkpoint_read(path, classifier->params);
    return classifier;
}

/* ---- published weights ---- */

static Tensor *record_original(const void *model, Tensor *images, bool is_training) {
    return original_layers(model, images, is_training);
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
    classifier->photo = (PhotoOptions){.height = IMAGENET_CROP,
                                       .width = IMAGENET_CROP,
                                       .frame = PHOTO_CROP,
                                       .shorter_side = IMAGENET_SHORTER_SIDE};
    number_names(classifier);

    OriginalResNet *model = arena_alloc(classifier->arena, sizeof *model);
    *model = original_resnet(form.num_layers, STYLE_PYTORCH, form.classes, CHANNELS_LAST);
    classifier->model = model;
    classifier->record = record_original;
    record_parameters(classifier);
    pretrained_load(path, file, classifier->params);
    safetensors_free(file);
    return classifier;
}

void classifier_read_names(Classifier *classifier, const char *path) {
    classifier->class_names = class_names_load(classifier->arena, path, classifier->classes);
}

void classifier_free(Classifier *classifier) {
    params_free(classifier->params);
    arena_free(classifier->arena);
}

/* ---- inference ---- */

/* The map whose mean the logits are computed from, or NULL. */
static Tensor *find_features(const Tensor *logits) {
    static const char *const pools[] = {"global_average_pooling2d", "average_pooling2d"};
    for (const Tensor *tensor = logits; tensor; tensor = tensor_input(tensor, 0))
        for (size_t i = 0; i < sizeof pools / sizeof pools[0]; i++)
            if (strcmp(tensor_operation(tensor), pools[i]) == 0)
                return tensor_input(tensor, 0);
    return NULL;
}

Inference inference_new(const Classifier *classifier, int batch, bool with_gradient) {
    Graph *graph =
        graph_new(classifier->params, (GraphOptions){.data_format = CHANNELS_LAST,
                                                     .constant_parameters = !with_gradient});
    Inference inference = {.classifier = classifier, .graph = graph};
    inference.images = record_images(classifier, graph, batch);
    inference.logits = classifier->record(classifier->model, inference.images, false);
    inference.kernel = tensor_parameter_at(inference.logits, 0);
    inference.bias = tensor_parameter_at(inference.logits, 1);
    inference.features = find_features(inference.logits);
    if (inference.features)
        tensor_keep(inference.features);
    if (with_gradient)
        tensor_keep(inference.images);
    graph_compile(graph, inference.logits, with_gradient);
    return inference;
}

Photo inference_run(const Inference *inference, const Image *photo) {
    const Classifier *classifier = inference->classifier;
    int height = classifier->height, width = classifier->width, channels = classifier->channels;
    Photo prepared = photo_prepare(photo, classifier->photo);
    float *inputs = memory_new((size_t)height * width * channels, sizeof(float));
    image_to_inputs(height, width, channels, prepared.image.pixels, classifier->mean,
                    classifier->deviation, inputs);
    tensor_write(inference->images, inputs);
    graph_forward(inference->graph);
    free(inputs);
    return prepared;
}

void inference_free(Inference *inference) {
    graph_free(inference->graph);
    *inference = (Inference){0};
}
