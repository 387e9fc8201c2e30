/* Chapter 5: regular_block at work.
 *
 * Runs blocks on an image's convolution: with zeros in the last convolution the block is exactly
 * the identity. Prints the shapes and costs of a few blocks and draws two of them as recorded. */
#include <stdio.h>
#include <string.h>

#include "pieces/resnet.h"
#include "show/graphviz.h"
#include "show/sample.h"
#include "show/table.h"

enum { FILTERS = 16, KERNEL_SIZE = 3 };

/* ---- zero weights ---- */

static void set_to_zero(const Params *params, const char *name) {
    const Parameter *parameter = params_find(params, name);
    memset(parameter_values(parameter), 0, parameter->count * sizeof(float));
}

/* Runs a block with identity shortcut on a convolution's outputs, after the named kernel was set to
 * zero, and tells how far its outputs are from its inputs. */
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
    char from[SHAPE_TEXT], to[SHAPE_TEXT];
    table_row(table, "%s | %s | %d | %d | %s | %s | %zu",
              block.format == CHANNELS_FIRST ? "channels_first" : "channels_last",
              shape_text(block.inputs, from), block.filters, block.strides,
              block.shortcut_filters ? "projection" : "identity",
              shape_text(tensor_shape(outputs), to), params_trainable_count(params));
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
    show_identity(&sample, options.common.seed);
    show_shapes();
    draw(options.out);
    sample_free(&sample);
    return 0;
}
