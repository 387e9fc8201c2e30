#include "training/classifier.h"

#include "base/error.h"
#include "data/class_names.h"
#include "models/resnet.h"
#include "training/checkpoint.h"

Classifier *classifier_new(void) {
    Arena *arena = arena_new();
    Classifier *classifier = arena_alloc(arena, sizeof *classifier);
    classifier->arena = arena;
    classifier->params = params_new(0);
    return classifier;
}

Tensor *classifier_images(const Classifier *classifier, Graph *graph, int batch) {
    return graph_input(graph, "images",
                       shape4(batch, classifier->height, classifier->width, classifier->channels));
}

void classifier_record(Classifier *classifier) {
    Graph *graph = graph_new(classifier->params, (GraphOptions){.data_format = CHANNELS_LAST});
    classifier->record(classifier->model, classifier_images(classifier, graph, 1), false);
    graph_free(graph);
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
    for (int c = 0; c < info.channels; c++) {
        float deviation = info.deviation[c];
        classifier->mean[c] = info.mean[c];
        classifier->deviation[c] = deviation > 0 ? deviation : 1; /* as in data/batch.c */
    }
    classifier->shorter_side = info.height;
    set_names(classifier, &info);

    int num_layers = resnet_layers_in_name(info.model);
    require(num_layers > 0,
            "%s: is of a model %s; name a checkpoint of a pre-activation ResNet, resnet20 or so",
            path, info.model);
    ResNetModel *model = arena_alloc(classifier->arena, sizeof *model);
    *model = resnet_model(num_layers, info.classes, CHANNELS_LAST);
    classifier->model = model;
    classifier->record = resnet_record;
    classifier_record(classifier);
    params_allocate(classifier->params);
    checkpoint_read(path, classifier->params);
    return classifier;
}

void classifier_read_names(Classifier *classifier, const char *path) {
    classifier->class_names = class_names_load(classifier->arena, path, classifier->classes);
}

void classifier_free(Classifier *classifier) {
    params_free(classifier->params);
    arena_free(classifier->arena);
}
