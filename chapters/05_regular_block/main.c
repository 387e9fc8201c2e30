/* Chapter 5: regular_block at work.
 *
 * Runs a block on an image's convolution: with zeros in its last convolution the block is exactly
 * the identity. Lets a block learn the identity with and without its shortcut. Prints the shapes
 * and costs of a few blocks and draws two of them as recorded. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "models/resnet.h"
#include "show/graphviz.h"
#include "show/sample.h"
#include "show/table.h"
#include "training/optimizer.h"

enum { FILTERS = 16, KERNEL_SIZE = 3 };

/* ---- zero weights ---- */

static void set_to_zero(const Params *params, const char *name) {
    const Parameter *parameter = params_find(params, name);
    memset(parameter_values(parameter), 0, parameter->count * sizeof(float));
}

/* Runs a block with identity shortcut on a convolution's outputs, with the kernel zero_kernel set
 * to zero, and adds a row that says how far the block's outputs are from its inputs. */
static void run_block(const Sample *sample, const char *zero_kernel, uint64_t seed, Table *table) {
    static const ResNetModel model = {.data_format = CHANNELS_LAST};
    Params *params = params_new(seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = sample_input(graph, sample);
    Tensor *inputs = custom_conv2d(&model, images, FILTERS, KERNEL_SIZE, 1, "conv_initial");
    Tensor *outputs = regular_block(&model, inputs, FILTERS, 1, true, 0, 0);
    tensor_keep(inputs);
    graph_compile(graph, outputs, false);
    if (zero_kernel)
        set_to_zero(params, zero_kernel);
    sample_write(images, sample);
    graph_forward(graph);

    Sample before = sample_read(inputs), after = sample_read(outputs);
    size_t count = sample_count(&before), changed = 0;
    for (size_t i = 0; i < count; i++)
        changed += after.values[i] != before.values[i];
    table_row(table, "%s | %zu of %zu | %g", zero_kernel ? zero_kernel : "none", changed, count,
              (double)sample_difference(&before, &after));
    sample_free(&before);
    sample_free(&after);
    graph_free(graph);
    params_free(params);
}

static void show_identity(const Sample *sample, uint64_t seed) {
    Table *table = table_new("kernel set to zero | values changed by the block | at most by");
    run_block(sample, NULL, seed, table);
    run_block(sample, "regular_block0/conv2d/kernel", seed, table);
    run_block(sample, "regular_block0/conv2d_1/kernel", seed, table);
    printf("A block with identity shortcut on a convolution of %s:\n", sample->name);
    table_print(table);
}

/* ---- learning the identity ---- */

enum { BATCH = 4, SIDE = 6, STEPS = 1000 };
static const float rates[] = {0.03f, 0.1f, 0.3f};
enum { RATES = sizeof rates / sizeof rates[0] };

typedef struct Learning {
    float rate;
    float loss[STEPS + 1]; /* the mean squared error before each step */
} Learning;

/* regular_block() without its shortcut; its names, and so its starting weights, are the same. */
static Tensor *block_without_shortcut(const ResNetModel *model, Tensor *inputs) {
    SCOPE(inputs, "regular_block0");
    Tensor *first = pre_activation(model, inputs, true);
    Tensor *conv1 = custom_conv2d(model, first, FILTERS, KERNEL_SIZE, 1, NULL);
    Tensor *second = pre_activation(model, conv1, true);
    return custom_conv2d(model, second, FILTERS, KERNEL_SIZE, 1, NULL);
}

/* Gradient descent towards outputs = inputs, on new random inputs in each step. Inputs are uniform
 * in [0, 1): a ReLU can let them all pass, so that both blocks can be the identity, the one without
 * a shortcut but for the mean and deviation of each batch. */
static Learning learn_identity(bool has_shortcut, float rate, uint64_t seed) {
    static const ResNetModel model = {.data_format = CHANNELS_LAST};
    Learning learning = {.rate = rate};
    Params *params = params_new(seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Shape shape = shape4(BATCH, SIDE, SIDE, FILTERS);
    Tensor *inputs = graph_input(graph, "inputs", shape);
    Tensor *targets = graph_input(graph, "targets", shape);
    Tensor *outputs = has_shortcut ? regular_block(&model, inputs, FILTERS, 1, true, 0, 0)
                                   : block_without_shortcut(&model, inputs);
    Tensor *loss = mean_squared_error(outputs, targets);
    graph_compile(graph, loss, true);
    Optimizer *optimizer = optimizer_new(params, 0, NULL);

    float *values = memory_new(shape_count(shape), sizeof(float));
    for (int step = 0; step <= STEPS; step++) {
        Random random = random_stream(seed, (uint64_t)step);
        for (size_t i = 0; i < shape_count(shape); i++)
            values[i] = random_uniform(&random);
        tensor_write(inputs, values);
        tensor_write(targets, values);
        graph_forward(graph);
        tensor_read(loss, &learning.loss[step]);
        graph_backward(graph, NULL);
        optimizer_step(optimizer, (SgdOptions){.learning_rate = rate, .momentum = 0.9f});
    }
    free(values);
    optimizer_free(optimizer);
    graph_free(graph);
    params_free(params);
    return learning;
}

/* Learns with the rate whose last loss is the smallest. */
static Learning learn_at_best_rate(bool has_shortcut, uint64_t seed) {
    Learning best = {.loss[STEPS] = INFINITY};
    for (int i = 0; i < RATES; i++) {
        Learning learning = learn_identity(has_shortcut, rates[i], seed);
        if (learning.loss[STEPS] < best.loss[STEPS])
            best = learning;
    }
    return best;
}

static void show_learning(uint64_t seed) {
    static const int steps[] = {0, 1, 3, 10, 30, 100, 300, STEPS};
    int threads = omp_get_max_threads();
    omp_set_num_threads(1); /* the work is too little to share */
    Learning with = learn_at_best_rate(true, seed), without = learn_at_best_rate(false, seed);
    omp_set_num_threads(threads);
    Table *table = table_new("steps | loss with shortcut | loss without");
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        table_row(table, "%d | %.4f | %.4f", steps[i], (double)with.loss[steps[i]],
                  (double)without.loss[steps[i]]);
    printf("\nA block learns to give its inputs, with its shortcut (learning rate %g) and without "
           "(%g),"
           "\neach at the best of %d rates. Mean squared error on new random inputs of variance "
           "%.4f:\n",
           (double)with.rate, (double)without.rate, RATES, 1 / 12.0);
    table_print(table);
}

/* ---- shapes ---- */

typedef struct BlockCase {
    DataFormat format;
    Shape inputs;
    int filters, strides, shortcut_filters;
} BlockCase;

static void add_shape(BlockCase block, Table *table) {
    const ResNetModel model = {.data_format = block.format};
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = block.format});
    Tensor *inputs = graph_input(graph, "inputs", block.inputs);
    Tensor *outputs = regular_block(&model, inputs, block.filters, block.strides, true, 0,
                                    block.shortcut_filters);
    char inputs_text[SHAPE_TEXT], outputs_text[SHAPE_TEXT];
    table_row(table, "%s | %s | %d | %d | %s | %s | %zu",
              block.format == CHANNELS_FIRST ? "channels_first" : "channels_last",
              shape_text(block.inputs, inputs_text), block.filters, block.strides,
              block.shortcut_filters ? "projection" : "identity",
              shape_text(tensor_shape(outputs), outputs_text), params_trainable_count(params));
    graph_free(graph);
    params_free(params);
}

static void show_shapes(void) {
    static const BlockCase blocks[] = {
        {CHANNELS_FIRST, {4, {4, 3, 6, 6}}, 3, 1, 0},
        {CHANNELS_FIRST, {4, {4, 3, 6, 6}}, 6, 2, 6},
        {CHANNELS_FIRST, {4, {4, 3, 6, 6}}, 6, 3, 6},
        {CHANNELS_LAST, {4, {4, 6, 6, 3}}, 6, 2, 6},
        {CHANNELS_LAST, {4, {1, 56, 56, 64}}, 64, 1, 0},
        {CHANNELS_LAST, {4, {1, 56, 56, 64}}, 128, 2, 128},
        {CHANNELS_LAST, {4, {1, 55, 55, 64}}, 128, 2, 128},
    };
    Table *table =
        table_new("format | inputs | filters | strides | shortcut | outputs | parameters");
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        add_shape(blocks[i], table);
    printf("\nShapes:\n");
    table_print(table);
}

/* ---- the graph ---- */

static void draw(const char *out) {
    static const ResNetModel model = {.data_format = CHANNELS_LAST};
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *inputs = graph_input(graph, "inputs", shape4(1, 28, 28, FILTERS));
    Tensor *first = regular_block(&model, inputs, 2 * FILTERS, 2, true, 0, 2 * FILTERS);
    regular_block(&model, first, 2 * FILTERS, 1, true, 1, 0);
    printf("\n");
    graphviz_show(graph, "A block with projection and a block with identity shortcut", out,
                  "05_regular_block.png");
    graph_free(graph);
    params_free(params);
}

int main(int argc, char *argv[]) {
    ShowOptions options =
        show_image_options(argc, argv, "Chapter 5: the block with two 3x3 convolutions.");
    Sample sample = sample_load(&options, 1);
    show_identity(&sample, options.seed);
    show_learning(options.seed);
    show_shapes();
    draw(options.out);
    sample_free(&sample);
    return 0;
}
