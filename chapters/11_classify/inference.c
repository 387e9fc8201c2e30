#include "inference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "graph/inspect.h"
#include "pieces/classify.h"

enum { GREY = 1 };

/* A grey network has learned from trimmed images, a coloured one from photos as they are. */
static PhotoOptions photo_options(const Classifier *classifier) {
    return (PhotoOptions){.height = classifier->height,
                          .width = classifier->width,
                          .frame = classifier->channels == GREY ? PHOTO_TRIM : PHOTO_CROP,
                          .shorter_side = classifier->shorter_side};
}

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
    Inference inference = {
        .classifier = classifier, .graph = graph, .photo = photo_options(classifier)};
    inference.images = classifier_images(classifier, graph, batch);
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

/* Classes cannot be ranked by what is no number. */
void inference_forward(const Inference *inference, const float *inputs) {
    size_t count = shape_count(tensor_shape(inference->logits));
    float *logits = memory_new(count, sizeof *logits);
    tensor_write(inference->images, inputs);
    graph_forward(inference->graph);
    tensor_read(inference->logits, logits);
    for (size_t i = 0; i < count; i++)
        require(isfinite(logits[i]),
                "the network's logit %zu is %g: its parameters are damaged or its training failed; "
                "name another checkpoint",
                i, (double)logits[i]);
    free(logits);
}

Photo inference_run(const Inference *inference, const Image *photo) {
    const Classifier *classifier = inference->classifier;
    int height = classifier->height, width = classifier->width, channels = classifier->channels;
    Photo prepared = photo_prepare(photo, inference->photo);
    float *inputs = memory_new((size_t)height * width * channels, sizeof(float));
    image_to_inputs(height, width, channels, prepared.image.pixels, classifier->mean,
                    classifier->deviation, inputs);
    inference_forward(inference, inputs);
    free(inputs);
    return prepared;
}

void inference_free(Inference *inference) {
    graph_free(inference->graph);
    *inference = (Inference){0};
}
