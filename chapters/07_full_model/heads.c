#include "heads.h"

#include "base/memory.h"
#include "base/random.h"
#include "layers/layers.h"
#include "show/summary.h"
#include "show/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

typedef enum Head { MEAN_THEN_DENSE, CONVOLUTION_THEN_MEAN, WIDE_CONVOLUTION, HEADS } Head;

static const char *const names[HEADS] = {"mean, then dense", "1x1 convolution, then mean",
                                         "convolution as wide as the map"};

static const int class_counts[] = {10, 1000};
enum { CASES = sizeof class_counts / sizeof class_counts[0] };

static Tensor *record(Head head, Tensor *map, int classes) {
    if (head == MEAN_THEN_DENSE)
        return dense(flatten(global_average_pool2d(map)), (DenseOptions){.units = classes});
    if (head == CONVOLUTION_THEN_MEAN)
        return flatten(global_average_pool2d(
            conv2d(map, (Conv2DOptions){.filters = classes, .kernel_size = 1})));
    int width = tensor_image_size(map).width;
    return flatten(conv2d(map, (Conv2DOptions){.filters = classes, .kernel_size = width}));
}

static Cost cost_of(Head head, Shape shape, int classes) {
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    record(head, graph_input(graph, "map", shape), classes);
    Cost cost = graph_cost(graph);
    graph_free(graph);
    params_free(params);
    return cost;
}

static void fill(float *values, size_t count, Random *random) {
    for (size_t i = 0; i < count; i++)
        values[i] = random_normal(random);
}

/* Map, kernel and bias are drawn from one stream, so heads whose parameters have the same sizes get
 * the same values. */
static float *run(Head head, Shape shape, int classes, uint64_t seed) {
    Params *params = params_new(seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *map = graph_input(graph, "map", shape), *outputs = record(head, map, classes);
    graph_compile(graph, outputs, false);

    Random random = random_stream(seed, random_name("heads"));
    float *values = memory_new(shape_count(shape), sizeof(float));
    fill(values, shape_count(shape), &random);
    for (int i = 0; i < params_count(params); i++)
        fill(parameter_values(params_at(params, i)), params_at(params, i)->count, &random);
    tensor_write(map, values);
    graph_forward(graph);

    float *logits = memory_new((size_t)classes, sizeof(float));
    tensor_read(outputs, logits);
    free(values);
    graph_free(graph);
    params_free(params);
    return logits;
}

static void show_difference(Shape map, uint64_t seed) {
    int classes = class_counts[CASES - 1];
    float *dense_last = run(MEAN_THEN_DENSE, map, classes, seed);
    float *mean_last = run(CONVOLUTION_THEN_MEAN, map, classes, seed);
    float largest = 0, difference = 0;
    for (int k = 0; k < classes; k++) {
        largest = fmaxf(largest, fabsf(dense_last[k]));
        difference = fmaxf(difference, fabsf(dense_last[k] - mean_last[k]));
    }
    printf("The first two with the same weights: %d logits, the largest %.1f; largest difference "
           "%.1g\n",
           classes, (double)largest, (double)difference);
    free(dense_last);
    free(mean_last);
}

void heads_show(Shape map, uint64_t seed) {
    Table *table = table_new("head | classes | parameters | multiply-adds");
    for (int i = 0; i < CASES; i++) {
        for (Head head = 0; head < HEADS; head++) {
            Cost cost = cost_of(head, map, class_counts[i]);
            table_row(table, "%s | %d | %zu | %" PRIu64, names[head], class_counts[i],
                      cost.parameters, cost.multiply_adds);
        }
        if (i < CASES - 1)
            table_rule(table);
    }
    table_print(table);
    show_difference(map, seed);
}
