/* Chapter 6: bottleneck_block at work.
 *
 * Counts what a bottleneck block costs against a regular block: four times the channels for about
 * the same parameters and multiplications. Also measures both, because memory traffic takes
 * time. */
#include <inttypes.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/measure.h"
#include "models/resnet.h"
#include "show/graphviz.h"
#include "show/options.h"
#include "show/summary.h"
#include "show/table.h"

enum { LEAST_FILTERS = 64, MOST_FILTERS = 512, LARGEST_MAP = 56 };

static const double enough_seconds = 0.2;

static const ResNetModel model = {.data_format = CHANNELS_LAST};

typedef Tensor *Block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                      bool is_training, int index, int shortcut_filters);

typedef struct BlockCase {
    const char *name;
    Block *block;
    int channels; /* in and out */
    int filters;
    bool timed;
} BlockCase;

/* Records a block with identity shortcut on a square map. */
static Tensor *record(Params *params, BlockCase block, int map) {
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *inputs = graph_input(graph, "inputs", shape4(1, map, map, block.channels));
    tensor_keep(inputs);
    return block.block(&model, inputs, block.filters, 1, true, 0, 0);
}

static void run(void *graph) {
    graph_forward(graph);
    graph_backward(graph, NULL);
}

/* Milliseconds of a forward and a backward pass on one thread, the best of a few. */
static double milliseconds(Tensor *outputs) {
    Graph *graph = tensor_graph(outputs);
    Tensor *inputs = graph_find(graph, "inputs");
    Random random = random_stream(1, 0);
    float *values = random_array(&random, shape_count(tensor_shape(inputs)));
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    graph_compile(graph, outputs, true);
    tensor_write(inputs, values);
    double seconds = measure_shortest(enough_seconds, run, graph);
    omp_set_num_threads(threads);
    free(values);
    return 1000 * seconds;
}

static Cost add_row(BlockCase block, int map, Cost regular, Table *table) {
    Params *params = params_new(0);
    Tensor *outputs = record(params, block, map);
    Cost cost = graph_cost(tensor_graph(outputs));
    if (regular.parameters == 0)
        regular = cost;
    char time[SHAPE_TEXT] = "";
    if (block.timed)
        snprintf(time, sizeof time, "%.2f", milliseconds(outputs));
    table_row(table, "%s | %d | %d | %dx%d | %zu | %.2f | %" PRIu64 " | %.2f | %s", block.name,
              block.filters, block.channels, map, map, cost.parameters,
              (double)cost.parameters / (double)regular.parameters, cost.multiply_adds,
              (double)cost.multiply_adds / (double)regular.multiply_adds, time);
    graph_free(tensor_graph(outputs));
    params_free(params);
    return regular;
}

static void show_costs(void) {
    Table *table = table_new("block | filters | channels | map | parameters | ratio | "
                             "multiply-adds | ratio | ms");
    int map = LARGEST_MAP;
    for (int filters = LEAST_FILTERS; filters <= MOST_FILTERS; filters *= 2, map /= 2) {
        const BlockCase blocks[] = {
            {"regular", regular_block, filters, filters, true},
            {"bottleneck", bottleneck_block, 4 * filters, filters, true},
            {"regular, as wide", regular_block, 4 * filters, 4 * filters, false}};
        Cost regular = {0, 0};
        for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
            regular = add_row(blocks[i], map, regular, table);
        table_rule(table);
    }
    printf(
        "Blocks with identity shortcut; ratios to the regular block; milliseconds for one image\n"
        "forward and backward, measured here on one thread:\n");
    table_print(table);
}

static void draw(const char *out) {
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *inputs =
        graph_input(graph, "inputs", shape4(1, LARGEST_MAP, LARGEST_MAP, LEAST_FILTERS));
    Tensor *first = bottleneck_block(&model, inputs, LEAST_FILTERS, 1, true, 0, 4 * LEAST_FILTERS);
    bottleneck_block(&model, first, LEAST_FILTERS, 1, true, 1, 0);
    printf("\n");
    graphviz_show(graph, "The first two bottleneck blocks of ResNet-50", out, "06_bottleneck.png");
    graph_free(graph);
    params_free(params);
}

int main(int argc, char *argv[]) {
    ShowOptions options =
        show_options(argc, argv, "Chapter 6: the block with 1x1, 3x3 and 1x1 convolutions.");
    show_costs();
    draw(options.out);
    return 0;
}
