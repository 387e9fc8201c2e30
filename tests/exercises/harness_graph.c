/* Tests of functions that record a graph. */
#include "harness_internal.h"

#include "base/random.h"
#include "graph/operation.h"
#include "models/resnet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_TEXT = 240 };

ResNetModel model_for_tests(DataFormat format) {
    return (ResNetModel){.name = "test",
                         .num_layers = 18,
                         .output_size = 5,
                         .data_format = format,
                         .filters_initial = 4,
                         .stem_kernel_size = 7,
                         .stem_strides = 2,
                         .stem_pool = true,
                         .num_block_layers = 4,
                         .block_layer_sizes = {2, 2, 2, 2},
                         .block_strides = {1, 2, 2, 2},
                         .batch_norm_momentum = 0.9f,
                         .batch_norm_epsilon = 1e-2f};
}

Tensor *new_inputs(DataFormat format, int batch, int height, int width, int channels) {
    Params *params = params_new(1);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = format});
    return graph_input(graph, "inputs", shape_image(format, batch, height, width, channels));
}

static bool is_in_graph(const Graph *graph, const Tensor *tensor) {
    for (int i = 0; i < graph->count; i++)
        if (graph->tensors[i] == tensor)
            return true;
    return false;
}

static void record_shape(const char *function, Shape shape) {
    float sizes[MAX_RANK] = {0};
    for (int a = 0; a < shape.rank; a++)
        sizes[a] = (float)shape.size[a];
    record_output(function, axes_line('a', (size_t)shape.rank), sizes);
}

void expect_tensor(const char *function, const Tensor *inputs, const Tensor *returned,
                   Shape shape) {
    if (!returned) {
        record_text(function, "NULL");
        fail_test("%s returned NULL; it must return the tensor that it made.", function);
    }
    if (!is_in_graph(inputs->graph, returned)) {
        record_text(function, "no tensor");
        fail_test("%s returned something that is no tensor of this graph: is there a `return`, and "
                  "is the variable set?",
                  function);
    }
    char got[SHAPE_TEXT], expected[SHAPE_TEXT];
    record_shape(function, returned->shape);
    if (!shape_equal(returned->shape, shape))
        fail_test("%s returned the tensor named %s of shape %s, expected shape %s.", function,
                  returned->name, shape_text(returned->shape, got), shape_text(shape, expected));
}

/* What suits the role: nothing is 0 or 1, so that nothing can be left out unnoticed. */
static float random_parameter(const Parameter *parameter, Random *random) {
    float value = random_normal(random);
    switch (parameter->role) {
    case PARAMETER_KERNEL: {
        float fan_out = (float)parameter->shape.size[parameter->shape.rank - 1];
        return value / sqrtf((float)parameter->count / fan_out);
    }
    case PARAMETER_GAMMA:
    case PARAMETER_MOVING_VARIANCE:
        return 0.5f + fabsf(value);
    default:
        return 0.5f * value;
    }
}

void randomise_parameters(const Tensor *inputs, uint64_t seed) {
    Params *params = inputs->graph->params;
    params_allocate(params);
    for (int p = 0; p < params_count(params); p++) {
        Parameter *parameter = params_at(params, p);
        Random random = random_stream(seed, random_name(parameter->name));
        float *values = parameter_values(parameter);
        for (size_t i = 0; i < parameter->count; i++)
            values[i] = random_parameter(parameter, &random);
    }
}

/* The first operations of a long list. */
static const char *shortened(const char *names) {
    static char text[NAMES_TEXT + sizeof ", ..."];
    if (strlen(names) < NAMES_TEXT)
        return names;
    memcpy(text, names, NAMES_TEXT);
    text[NAMES_TEXT] = '\0';
    char *comma = strrchr(text, ',');
    strcpy(comma ? comma : text, ", ...");
    return text;
}

const double *parameter_doubles(const Tensor *inputs, const char *name) {
    const Parameter *parameter = params_find(inputs->graph->params, name);
    if (!parameter)
        fail_test("There is no parameter named %s. Recorded are: %s.", name,
                  shortened(recorded_operations(inputs)));
    double *values = new_doubles(parameter->count);
    for (size_t i = 0; i < parameter->count; i++)
        values[i] = parameter_values(parameter)[i];
    return values;
}

static const float *run(Tensor *inputs, Tensor *outputs, const double *values, uint64_t seed,
                        bool backward) {
    Graph *graph = inputs->graph;
    for (int i = 0; i < graph->count; i++) /* so that the first wrong values can be told */
        tensor_keep(graph->tensors[i]);
    graph_compile(graph, outputs, backward);
    randomise_parameters(inputs, seed);
    float *floats = floats_from(values, shape_count(inputs->shape));
    tensor_write(inputs, floats);
    free(floats);
    graph_forward(graph);
    float *results = malloc((shape_count(outputs->shape) + 1) * sizeof(float));
    tensor_read(outputs, results);
    return results;
}

const float *run_forward(Tensor *inputs, Tensor *outputs, const double *values, uint64_t seed) {
    return run(inputs, outputs, values, seed, false);
}

const float *run_backward(Tensor *inputs, Tensor *outputs, const double *values, uint64_t seed,
                          const double *upstream, const float **d_inputs) {
    const float *results = run(inputs, outputs, values, seed, true);
    float *floats = floats_from(upstream, shape_count(outputs->shape));
    graph_backward(inputs->graph, floats);
    free(floats);
    float *gradient = malloc((shape_count(inputs->shape) + 1) * sizeof(float));
    tensor_read_gradient(inputs, gradient);
    *d_inputs = gradient;
    return results;
}

const char *recorded_operations(const Tensor *inputs) {
    static char text[MESSAGE_TEXT];
    size_t length = 0;
    text[0] = '\0';
    for (int i = 0; i < inputs->graph->count && length < sizeof text; i++) {
        const Tensor *tensor = inputs->graph->tensors[i];
        if (tensor->operation)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s",
                                       length ? ", " : "", tensor->name);
    }
    record_text("recorded operations", text);
    return text;
}
