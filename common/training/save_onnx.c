#include "training/save_onnx.h"

#include "export/onnx.h"

void save_onnx(const Classifier *classifier, const char *path) {
    Graph *graph = graph_new(classifier->params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = graph_input(
        graph, "images", shape4(1, classifier->height, classifier->width, classifier->channels));
    Tensor *logits = classifier->record(classifier->model, images, false);
    onnx_write(path, logits,
               (OnnxOptions){.name = classifier->description,
                             .mean = classifier->mean,
                             .deviation = classifier->deviation,
                             .class_names = classifier->class_names});
    graph_free(graph);
}
