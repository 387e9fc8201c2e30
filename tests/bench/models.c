#include "models.h"

#include "base/error.h"
#include "graph/inspect.h"
#include "layers/nodes.h"

#include <string.h>

const char *setting_model(const Setting *setting, char text[SETTING_TEXT]) {
    const ResNetDepth *depth = resnet_depths;
    while (depth->name && depth->num_layers != setting->layers)
        depth++;
    snprintf(text, SETTING_TEXT, "ResNet-%s", depth->name ? depth->name + strlen("resnet") : "?");
    return text;
}

const char *setting_shape(const Setting *setting, char text[SETTING_TEXT]) {
    snprintf(text, SETTING_TEXT, "%dx%d batch %d", setting->size, setting->size, setting->batch);
    return text;
}

static Graph *record(const Setting *setting, Params *params) {
    ResNetModel model = resnet_model(setting->layers, setting->classes, CHANNELS_LAST);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = graph_input(
        graph, "images", shape4(setting->batch, setting->size, setting->size, setting->channels));
    model_layers(&model, images, true);
    return graph;
}

Graph *setting_record(const Setting *setting, Params *params) {
    Graph *graph = record(setting, params);
    for (int i = 0; i < graph->count; i++) {
        Tensor *tensor = graph->tensors[i];
        if (tensor->operation && tensor->operation->fuse)
            tensor->operation->fuse(tensor);
    }
    for (int i = 0; i < graph->count; i++) {
        Tensor *tensor = graph->tensors[i];
        if (tensor->operation && !tensor->replaced_by && tensor->operation->prepare)
            tensor->operation->prepare(tensor);
    }
    return graph;
}

static bool reads_images(const Tensor *tensor) {
    return !tensor->inputs[0]->operation;
}

MultiplyAdds setting_multiply_adds(const Setting *setting) {
    MultiplyAdds sum = {0};
    Params *params = params_new(1);
    Graph *graph = setting_record(setting, params);
    for (int i = 0; i < graph->count; i++) {
        const Tensor *tensor = graph->tensors[i];
        double own = (double)tensor_multiply_adds(tensor);
        sum.forward += own;
        if (own > 0)
            sum.backward += reads_images(tensor) ? own : 2 * own;
    }
    graph_free(graph);
    params_free(params);
    return sum;
}

int list_convolutions(const Setting *setting, ConvLayer layers[MAX_CONV_LAYERS]) {
    Params *params = params_new(1);
    Graph *graph = setting_record(setting, params);
    int count = 0;
    for (int i = 0; i < graph->count; i++) {
        const Tensor *tensor = graph->tensors[i];
        if (tensor->operation != &operation_conv2d || tensor->replaced_by)
            continue;
        ConvLayer layer = {.shape = ((const Conv2DNode *)tensor->options)->shape,
                           .activates = tensor->inputs[0]->only_statistics,
                           .reads_gradient = !reads_images(tensor)};
        int at = 0;
        while (at < count && (memcmp(&layers[at].shape, &layer.shape, sizeof layer.shape) != 0 ||
                              layers[at].activates != layer.activates))
            at++;
        require(at < MAX_CONV_LAYERS, "more than %d convolutions differ; raise MAX_CONV_LAYERS",
                MAX_CONV_LAYERS);
        if (at == count) {
            snprintf(layer.name, sizeof layer.name, "%s", tensor->name);
            layers[count++] = layer;
        }
        layers[at].times++;
    }
    graph_free(graph);
    params_free(params);
    return count;
}
