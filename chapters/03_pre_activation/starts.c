#include "starts.h"

#include "graph/inspect.h"
#include "models/resnet.h"
#include "show/histogram.h"
#include "show/sample.h"
#include "show/table.h"

#include <math.h>
#include <stdio.h>

enum { LAYERS = 40, FILTERS = 32, KERNEL_SIZE = 3, BATCH = 16, COLUMNS = 4 };

static const int shown[COLUMNS] = {1, 10, 20, LAYERS}; /* layers */

static const ResNetModel model = {.data_format = CHANNELS_LAST};

/* The activations of the layers shown. */
static void record(Tensor *images, bool normalise, Tensor *activations[COLUMNS]) {
    Tensor *outputs = images;
    for (int layer = 1, column = 0; layer <= LAYERS; layer++) {
        SCOPE(outputs, "layer%d", layer);
        outputs = custom_conv2d(&model, outputs, FILTERS, KERNEL_SIZE, 1, "conv");
        outputs = normalise ? pre_activation(&model, outputs, true) : relu(outputs);
        if (layer != shown[column])
            continue;
        tensor_keep(outputs);
        activations[column++] = outputs;
    }
}

static void scale_kernels(const Params *params, float factor) {
    for (int p = 0; p < params_count(params); p++) {
        const Parameter *parameter = params_at(params, p);
        if (parameter->role != PARAMETER_KERNEL)
            continue;
        for (size_t i = 0; i < parameter->count; i++)
            parameter_values(parameter)[i] *= factor;
    }
}

static double root_mean_square(const Tensor *tensor) {
    Sample values = sample_read(tensor);
    Moments moments = moments_of(values.values, sample_count(&values), 1);
    sample_free(&values);
    return hypot(moments.mean, moments.standard_deviation);
}

static void add_row(const Sample *garments, float factor, const char *name, bool normalise,
                    uint64_t seed, Table *table) {
    Params *params = params_new(seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = sample_input(graph, garments), *activations[COLUMNS];
    record(images, normalise, activations);
    graph_compile(graph, activations[COLUMNS - 1], false);
    scale_kernels(params, factor);
    sample_write(images, garments);
    graph_forward(graph);
    table_row(table, "%s | %s | %.2g | %.2g | %.2g | %.2g", name, normalise ? "yes" : "no",
              root_mean_square(activations[0]), root_mean_square(activations[1]),
              root_mean_square(activations[2]), root_mean_square(activations[3]));
    graph_free(graph);
    params_free(params);
}

void show_starts(const Dataset *dataset, uint64_t seed) {
    static const struct {
        const char *name;
        float factor;
    } starts[] = {{"1/3", 1 / 3.f}, {"1", 1}, {"3", 3}};
    Sample garments = sample_batch(dataset, 0, BATCH);
    Table *table = table_new("weights times | normalised | 1 layer | 10 | 20 | 40");
    for (int normalise = 0; normalise < 2; normalise++)
        for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
            add_row(&garments, starts[i].factor, starts[i].name, normalise, seed, table);
    printf("\nRoot mean square of the activations in %d convolutions in a row, each followed by a "
           "ReLU,\nwith the starting weights times a factor:\n",
           LAYERS);
    table_print(table);
    sample_free(&garments);
}
