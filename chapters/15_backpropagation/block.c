#include "block.h"

#include "base/memory.h"
#include "base/random.h"
#include "models/resnet.h"
#include "pieces/graph.h"
#include "show/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 16, SIZE = 28, CHANNELS = 16 };

static const ResNetModel model = {.data_format = CHANNELS_LAST};

/* The gradients of a run, the parameters' first, then the inputs'. */
typedef struct BlockRun {
    size_t count, memory;
    float *gradients;
    int nodes; /* with a walk */
} BlockRun;

static float *random_floats(uint64_t seed, const char *what, size_t count) {
    float *values = memory_new(count, sizeof *values);
    Random random = random_stream(seed, random_name(what));
    for (size_t i = 0; i < count; i++)
        values[i] = random_normal(&random);
    return values;
}

static Tensor *record(Tensor *inputs) {
    Tensor *first = regular_block(&model, inputs, CHANNELS, 1, true, 0, CHANNELS);
    return regular_block(&model, first, CHANNELS, 1, true, 1, 0);
}

static BlockRun run(uint64_t seed, BackwardWalk *walk) {
    Params *params = params_new(seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST, .walk = walk});
    Tensor *inputs = graph_input(graph, "inputs", shape4(BATCH, SIZE, SIZE, CHANNELS));
    Tensor *outputs = record(inputs);
    size_t count = shape_count(tensor_shape(inputs));
    tensor_keep(inputs);
    graph_compile(graph, outputs, true);
    float *values = random_floats(seed, "inputs", count);
    float *upstream = random_floats(seed, "upstream", count);
    tensor_write(inputs, values);
    graph_forward(graph);
    graph_backward(graph, upstream);

    size_t parameters = params_block_count(params);
    BlockRun run = {.count = parameters + count, .memory = graph_memory(graph)};
    run.gradients = memory_new(run.count, sizeof *run.gradients);
    memcpy(run.gradients, params_gradients(params), parameters * sizeof *run.gradients);
    tensor_read_gradient(inputs, run.gradients + parameters);
    if (walk)
        graph_nodes(graph, &run.nodes);
    free(values);
    free(upstream);
    graph_free(graph);
    params_free(params);
    return run;
}

static void add_row(Table *table, const char *name, const BlockRun *run) {
    table_row(table, "%s | %zu | %.1f", name, run->count, (double)run->memory / (1 << 20));
}

static uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

void show_block(uint64_t seed, bool walk) {
    printf("\nTwo blocks with the library's operations, %d images of %d x %d with %d channels:\n",
           BATCH, SIZE, SIZE, CHANNELS);
    Table *table = table_new("backward | gradients | memory, MiB");
    BlockRun planned = run(seed, NULL);
    add_row(table, "as planned", &planned);
    if (!walk) {
        table_print(table);
        printf("make run-15 GRAPH=mine runs them by backward_walk() as well.\n");
        free(planned.gradients);
        return;
    }
    BlockRun walked = run(seed, backward_walk);
    add_row(table, "by backward_walk()", &walked);
    table_print(table);
    size_t other = 0;
    for (size_t i = 0; i < planned.count; i++)
        other += bits_of(planned.gradients[i]) != bits_of(walked.gradients[i]);
    printf("%d nodes; gradients with other bits: %zu of %zu\n", walked.nodes, other, planned.count);
    free(planned.gradients);
    free(walked.gradients);
}
