#include "pattern.h"

#include "base/memory.h"
#include "graph/inspect.h"
#include "models/resnet.h"

#include <stdlib.h>
#include <string.h>

/* ---- from the recorded network ---- */

static int statistics_channels(const Tensor *tensor) {
    if (strcmp(tensor_operation(tensor), "batch_normalization") != 0)
        return 0;
    return tensor_image_size(tensor).channels;
}

static void add_layer(Pattern *pattern, const Tensor *tensor) {
    PatternLayer layer = {.multiply_adds = tensor_multiply_adds(tensor),
                          .gradients = tensor_trainable_count(tensor),
                          .channels = statistics_channels(tensor)};
    if (layer.multiply_adds == 0 && layer.gradients == 0)
        return;
    pattern->layers = memory_grow(pattern->layers, pattern->count, sizeof(PatternLayer));
    pattern->layers[pattern->count++] = layer;
    pattern->batch_norms += layer.channels > 0;
    pattern->multiply_adds += layer.multiply_adds;
    pattern->gradients += layer.gradients;
}

Pattern pattern_new(int num_layers) {
    enum { IMAGENET_SIDE = 224, FASHION_SIDE = 28 };
    ResNetModel model = resnet_model(num_layers, 10, CHANNELS_LAST);
    bool is_imagenet = model.stem_pool;
    model.output_size = is_imagenet ? 1000 : 10;
    Pattern pattern = {.side = is_imagenet ? IMAGENET_SIDE : FASHION_SIDE};

    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Shape image = shape4(1, pattern.side, pattern.side, is_imagenet ? 3 : 1);
    model_layers(&model, graph_input(graph, "images", image), true);
    for (int i = 0; i < graph_tensor_count(graph); i++)
        add_layer(&pattern, graph_tensor_at(graph, i));
    pattern.moving = params_moving_count(params);
    graph_free(graph);
    params_free(params);
    return pattern;
}

void pattern_free(Pattern *pattern) {
    free(pattern->layers);
    pattern->layers = NULL;
}

/* ---- a step ---- */

static void forward(const Step *step, const StepEvents *events, void *context) {
    const Pattern *pattern = step->pattern;
    double pace = step->seconds / 3 / (double)pattern->multiply_adds;
    for (int i = 0; i < pattern->count; i++) {
        const PatternLayer *layer = &pattern->layers[i];
        if (layer->multiply_adds > 0)
            events->compute(context, pace * (double)layer->multiply_adds);
        if (layer->channels > 0 && !step->ghost)
            events->combine(context, 2 * layer->channels);
    }
    events->combine(context, 1);
}

/* A bucket is full when it has its part of the gradients, or more. */
static void backward(const Step *step, const StepEvents *events, void *context) {
    const Pattern *pattern = step->pattern;
    double pace = 2 * step->seconds / 3 / (double)pattern->multiply_adds;
    size_t full = (pattern->gradients + (size_t)step->buckets - 1) / (size_t)step->buckets;
    size_t bucket = 0;
    for (int i = pattern->count - 1; i >= 0; i--) {
        const PatternLayer *layer = &pattern->layers[i];
        if (layer->channels > 0 && !step->ghost)
            events->combine(context, 2 * layer->channels);
        if (layer->multiply_adds > 0)
            events->compute(context, pace * (double)layer->multiply_adds);
        bucket += layer->gradients;
        if (bucket >= full || (i == 0 && bucket > 0)) {
            events->sum(context, bucket);
            bucket = 0;
        }
    }
}

void step_walk(const Step *step, const StepEvents *events, void *context) {
    bool overlaps = step->buckets > 1;
    forward(step, events, context);
    if (overlaps)
        events->sum(context, step->pattern->moving);
    backward(step, events, context);
    if (!overlaps)
        events->sum(context, step->pattern->moving);
}

/* ---- by the cost model ---- */

typedef struct ModelClock {
    Link link;
    int nodes;
    double now;    /* of computing and combining */
    double summed; /* when the last sum is ready */
} ModelClock;

static void model_compute(void *context, double seconds) {
    ((ModelClock *)context)->now += seconds;
}

static void model_combine(void *context, int count) {
    ModelClock *clock = context;
    clock->now += combine_seconds(clock->link, clock->nodes, (double)count * sizeof(double));
}

static void model_sum(void *context, size_t count) {
    ModelClock *clock = context;
    double begin = clock->now > clock->summed ? clock->now : clock->summed;
    clock->summed =
        begin + halving_seconds(clock->link, clock->nodes, (double)count * sizeof(float));
}

double step_seconds(const Step *step, Link link, int nodes) {
    static const StepEvents events = {model_compute, model_combine, model_sum};
    ModelClock clock = {.link = link, .nodes = nodes};
    step_walk(step, &events, &clock);
    return clock.now > clock.summed ? clock.now : clock.summed;
}
