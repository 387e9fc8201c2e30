/* The vectorised kernels against their textbook twins (pieces/loops.h and kernels/naive.h), on one
 * thread: convolutions pass by pass, other operations as a graph of one operation runs them. */
#include "02_custom_conv/conv_arrays.h"
#include "graph/operation.h"
#include "kernels/simd.h"
#include "layers/layers.h"
#include "models.h"
#include "sections.h"
#include "show/table.h"

#include <omp.h>
#include <stdlib.h>

static const double target = 1; /* at least: the twin's time by the kernel's */

/* The two take turns, so short samples will do. */
static Effort effort_of(const Bench *bench) {
    return (Effort){bench->effort.samples, 0.01};
}

static const Setting settings[] = {
    {.layers = 20, .size = 28, .channels = 1, .classes = 10, .batch = 2},
    {.layers = 18, .size = 28, .channels = 1, .classes = 10, .batch = 2},
};
enum { QUICK_SETTINGS = 1 };

static void report_ratio(const Bench *bench, const char *operation, const char *shape,
                         const char *pass, double ratio) {
    report_add(bench->report, (Measurement){.group = "twin",
                                            .name = operation,
                                            .shape = shape,
                                            .pass = pass,
                                            .ratio = ratio,
                                            .ratio_to = "textbook loops",
                                            .target = target});
}

/* ---- convolutions ---- */

static void race_convolution(const Bench *bench, const ConvLayer *layer, Table *table) {
    const Conv2DShape *s = &layer->shape;
    char shape[2 * SETTING_TEXT], cells[CONV_PASSES][SETTING_TEXT] = {""};
    snprintf(shape, sizeof shape, "%dx%dx%dx%d %dx%d/%d to %d", s->batch, s->in_height, s->in_width,
             s->channels, s->kernel_size, s->kernel_size, s->strides, s->filters);
    ConvArrays arrays = conv_arrays_new(s, false, 1);
    for (int i = 0; i < CONV_PASSES; i++) {
        if (i == CONV_BACKWARD_INPUTS && !layer->reads_gradient)
            continue;
        const struct ConvPass *pass = &conv_passes[i];
        double ratio = measure_ratio(effort_of(bench), pass->loops, &arrays, pass->work, &arrays);
        report_ratio(bench, "conv2d", shape, pass->name, ratio);
        snprintf(cells[i], sizeof cells[i], "%.2f", ratio);
    }
    conv_arrays_free(&arrays);
    table_row(table, "%s | %s | %s | %s", shape, cells[CONV_FORWARD], cells[CONV_BACKWARD_INPUTS],
              cells[CONV_BACKWARD_KERNEL]);
}

static void race_convolutions(const Bench *bench) {
    Table *table = table_new("convolution | forward | backward-inputs | backward-kernel");
    int count = bench->quick ? QUICK_SETTINGS : (int)(sizeof settings / sizeof settings[0]);
    for (int i = 0; i < count; i++) {
        ConvLayer layers[MAX_CONV_LAYERS];
        int num_layers = list_convolutions(&settings[i], layers);
        for (int layer = 0; layer < num_layers; layer++)
            race_convolution(bench, &layers[layer], table);
    }
    table_print(table);
}

/* ---- other operations ---- */

static Tensor *normalise(Tensor *inputs) {
    return batch_normalization(inputs, (BatchNormOptions){.is_training = true});
}

static Tensor *add_two(Tensor *inputs) {
    return add(inputs, graph_input(tensor_graph(inputs), "others", tensor_shape(inputs)));
}

static Tensor *drop(Tensor *inputs) {
    return dropout(inputs, 0.5F, true);
}

static Tensor *pad_by_one(Tensor *inputs) {
    return pad(inputs, (const int[4][2]){{0, 0}, {1, 1}, {1, 1}, {0, 0}});
}

static Tensor *max_pool(Tensor *inputs) {
    return max_pool2d(inputs, (PoolOptions){.pool_size = 3, .strides = 2, .padding = PADDING_SAME});
}

static Tensor *dense_to_ten(Tensor *inputs) {
    return dense(inputs, (DenseOptions){.units = 10});
}

static Tensor *cross_entropy(Tensor *inputs) {
    Shape labels = shape1(tensor_shape(inputs).size[0]);
    return softmax_cross_entropy(inputs, graph_input(tensor_graph(inputs), "labels", labels), 0);
}

static const struct {
    Tensor *(*record)(Tensor *inputs);
    Shape inputs;
    bool has_backward; /* of its own: an addition passes the gradient on */
} operations[] = {
    {normalise, {4, {8, 28, 28, 16}}, true},
    {relu, {4, {8, 28, 28, 16}}, true},
    {add_two, {4, {8, 28, 28, 16}}, false},
    {drop, {4, {8, 28, 28, 16}}, true},
    {pad_by_one, {4, {8, 28, 28, 16}}, true},
    {max_pool, {4, {8, 14, 14, 64}}, true},
    {global_average_pool2d, {4, {8, 7, 7, 64}}, true},
    {dense_to_ten, {2, {32, 512}}, true},
    {cross_entropy, {2, {128, 10}}, true},
};

typedef struct Operated {
    Params *params;
    Tensor *outputs;
} Operated;

/* Records the operation alone and runs it once. */
static Operated operate(int index, bool loops) {
    Operated operated = {.params = params_new(1)};
    Graph *graph = graph_new(operated.params, (GraphOptions){.loops = loops});
    Tensor *inputs = graph_input(graph, "inputs", operations[index].inputs);
    tensor_keep(inputs);
    operated.outputs = operations[index].record(inputs);
    graph_compile(graph, operated.outputs, true);
    Random random = random_stream(1, 0);
    float *values = random_array(&random, shape_count(operations[index].inputs));
    tensor_write(inputs, values);
    free(values);
    graph_forward(graph);
    graph_backward(graph, NULL);
    return operated;
}

static void operated_free(Operated *operated) {
    graph_free(tensor_graph(operated->outputs));
    params_free(operated->params);
}

static void forward(void *context) {
    const Operated *operated = context;
    const Operation *operation = operated->outputs->operation;
    bool loops = operated->outputs->graph->options.loops;
    (loops ? operation->loops_forward : operation->forward)(operated->outputs);
}

static void backward(void *context) {
    const Operated *operated = context;
    const Operation *operation = operated->outputs->operation;
    bool loops = operated->outputs->graph->options.loops;
    (loops ? operation->loops_backward : operation->backward)(operated->outputs);
}

static void race_operation(const Bench *bench, int index, Table *table) {
    Operated loops = operate(index, true), vectors = operate(index, false);
    const char *name = vectors.outputs->operation->name;
    char shape[SHAPE_TEXT], backward_cell[SETTING_TEXT] = "";
    shape_text(operations[index].inputs, shape);
    double ratio = measure_ratio(effort_of(bench), forward, &loops, forward, &vectors);
    report_ratio(bench, name, shape, "forward", ratio);
    if (operations[index].has_backward) {
        double back = measure_ratio(effort_of(bench), backward, &loops, backward, &vectors);
        report_ratio(bench, name, shape, "backward", back);
        snprintf(backward_cell, sizeof backward_cell, "%.2f", back);
    }
    table_row(table, "%s | %s | %.2f | %s", name, shape, ratio, backward_cell);
    operated_free(&loops);
    operated_free(&vectors);
}

void bench_twins(const Bench *bench) {
    printf("\nThe kernels against their textbook twins in this build (floats in a vector: %d), one "
           "thread:\ntimes as fast. Target: nowhere below %.0f.\n",
           VECTOR_FLOATS, target);
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    race_convolutions(bench);
    Table *table = table_new("operation | inputs | forward | backward");
    for (int i = 0; i < (int)(sizeof operations / sizeof operations[0]); i++)
        race_operation(bench, i, table);
    omp_set_num_threads(threads);
    table_print(table);
    Tally tally = report_tally(bench->report, "twin", NULL, NULL);
    printf("  %d of %d at %.0f or more\n", tally.reached, tally.measured, target);
}
