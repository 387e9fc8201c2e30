/* Chapter 7: block_layer and model_layers at work.
 *
 * Records any of the published ResNets and prints its stages: shapes, parameters, multiply-adds.
 * Recording takes no memory for parameters, so the largest model is counted in a moment. With --run
 * an image goes through in both data formats, which must give the same logits. --doubling and
 * --heads record other designs and count them beside the ResNet. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "graph/inspect.h"
#include "heads.h"
#include "models/depth_options.h"
#include "models/resnet.h"
#include "show/graphviz.h"
#include "show/sample.h"
#include "show/summary.h"
#include "stages.h"

enum { MOST_BLOCKS = 16 }; /* in which filters are doubled: 64 become two million */
enum { MOST_BATCH = 65536 };

typedef struct Options {
    ShowOptions show;
    StageOptions stages;
    int layers, batch;
    DataFormat data_format;
    bool run, doubling, heads, boxes;
} Options;

static const Option rows[] = {
    {"layers", 'l', "N", READ_AT(Options, layers, read_depth),
     "18 (default), 34, 50, 101, 152 or 200 with the 7x7 stem; 20, 32, 44, 56 or 110 with the 3x3 "
     "stem; 8x4, wide and shallow"},
    ROWS_AT(Options, stages, stage_rows),
    {"batch", 'b', "N", INTEGER_AT(Options, batch, 1, MOST_BATCH), "number of images (default 1)"},
    {"data-format", 'f', "F", CHOICE_AT(Options, data_format, data_format_names),
     "channels_last (default) or channels_first"},
    {"boxes", 'B', NULL, FLAG_AT(Options, boxes), "draw the stages as boxes, into --out"},
    {"run", 'r', NULL, FLAG_AT(Options, run), "run an image through, in both data formats"},
    {"doubling", 'D', NULL, FLAG_AT(Options, doubling),
     "count the network with its filters doubled in each block layer, and in each block"},
    {"heads", 'H', NULL, FLAG_AT(Options, heads),
     "count the head of mean and dense layer, and convolutions in its place"},
    ROWS_AT(Options, show, show_image_rows),
    ROWS(kernel_rows),
    {0}};

static Options read_options(int argc, char *argv[]) {
    Options options = {.show = show_defaults, .stages = stage_defaults, .layers = 18, .batch = 1};
    options_read(rows, "Chapter 7: the whole network, stage by stage.", argc, argv, &options);
    int channels = options.stages.channels;
    require(!options.run || channels == 1 || channels == 3,
            "--channels: there is no image of %d channels to run; use 1 or 3 with --run", channels);
    require(!options.stages.graph || !(options.doubling || options.heads),
            "--graph draws the stages, which --doubling and --heads do not show; leave one out");
    return options;
}

static ResNetModel model_of(const Options *options, DataFormat data_format) {
    return resnet_model(options->layers, options->stages.classes, data_format);
}

static void show_stages(const Options *options) {
    ResNetModel model = model_of(options, options->data_format);
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = options->data_format});
    Shape shape = shape_image(options->data_format, options->batch, options->stages.image_size,
                              options->stages.image_size, options->stages.channels);
    model_layers(&model, graph_input(graph, "images", shape), true);
    printf("%s, %s:\n", model.name, data_format_names[options->data_format]);
    summary_print_stages(graph);
    summary_print_counts(params);
    if (options->stages.graph)
        graphviz_write(graph, model.name, options->stages.graph);
    if (options->boxes)
        stages_draw(graph, model.name, options->show.out);
    graph_free(graph);
    params_free(params);
}

static float largest_difference(const float *a, const float *b, int count) {
    float largest = 0;
    for (int i = 0; i < count; i++)
        largest = fmaxf(largest, fabsf(a[i] - b[i]));
    return largest;
}

/* The logits of one image, computed in the data format. */
static float *run(const Options *options, const Sample *sample, DataFormat data_format) {
    ResNetModel model = model_of(options, data_format);
    Params *params = params_new(options->show.seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = data_format});
    Tensor *images = sample_input(graph, sample);
    Tensor *outputs = model_layers(&model, images, false);
    graph_compile(graph, outputs, false);
    sample_write(images, sample);
    graph_forward(graph);
    float *logits = memory_new((size_t)options->stages.classes, sizeof(float));
    tensor_read(outputs, logits);
    graph_free(graph);
    params_free(params);
    return logits;
}

static void show_run(const Options *options) {
    Sample sample =
        sample_load_square(&options->show, options->stages.channels, options->stages.image_size);
    float *last = run(options, &sample, CHANNELS_LAST);
    float *first = run(options, &sample, CHANNELS_FIRST);
    float largest = 0;
    for (int k = 0; k < options->stages.classes; k++)
        largest = fmaxf(largest, fabsf(last[k]));
    printf("%s through the untrained network: %d logits, the largest %g;\n"
           "largest difference between the data formats: %g\n\n",
           sample.name, options->stages.classes, (double)largest,
           (double)largest_difference(last, first, options->stages.classes));
    free(last);
    free(first);
    sample_free(&sample);
}

/* ---- filters doubled in each block ---- */

/* model_layers() of block layers with one block each, so that each block doubles the filters. The
 * strides stay where they are. */
static Tensor *double_in_each_block(const ResNetModel *model, Tensor *inputs) {
    Tensor *outputs = custom_conv2d(model, inputs, model->filters_initial, model->stem_kernel_size,
                                    model->stem_strides, "conv_initial");
    if (model->stem_pool)
        outputs = max_pool2d(outputs, (PoolOptions){.pool_size = 3,
                                                    .strides = 2,
                                                    .padding = PADDING_SAME,
                                                    .name = "pool_initial"});
    int doublings = 0;
    for (int layer = 0; layer < model->num_block_layers; layer++)
        for (int i = 0; i < model->block_layer_sizes[layer]; i++, doublings++)
            outputs = block_layer(model, outputs, model->filters_initial << doublings,
                                  i == 0 ? model->block_strides[layer] : 1, 1, true, doublings);
    outputs = flatten(global_average_pool2d(pre_activation(model, outputs, true)));
    return dense(outputs, (DenseOptions){.units = model->output_size, .name = "logits"});
}

static Cost show_doubling_in(const Options *options, bool each_block) {
    ResNetModel model = model_of(options, CHANNELS_LAST);
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = graph_input(graph, "images",
                                 shape4(options->batch, options->stages.image_size,
                                        options->stages.image_size, options->stages.channels));
    if (each_block)
        double_in_each_block(&model, images);
    else
        model_layers(&model, images, true);
    Cost cost = graph_cost(graph);
    printf("%s, filters doubled in each %s:\n", model.name, each_block ? "block" : "block layer");
    summary_print_stages(graph);
    printf("\n");
    graph_free(graph);
    params_free(params);
    return cost;
}

static void show_doubling(const Options *options) {
    ResNetModel model = model_of(options, CHANNELS_LAST);
    int blocks = 0;
    for (int layer = 0; layer < model.num_block_layers; layer++)
        blocks += model.block_layer_sizes[layer];
    require(blocks <= MOST_BLOCKS,
            "--doubling: %s has %d blocks: too many to double the filters in each; choose a model "
            "of at most %d, such as 18, 34 or 50 layers",
            model.name, blocks, MOST_BLOCKS);
    Cost layer = show_doubling_in(options, false), block = show_doubling_in(options, true);
    printf("parameters, in each block layer: %zu\n"
           "parameters, in each block: %zu, %.1f times as many\n"
           "multiply-adds, in each block: %.1f times as many\n",
           layer.parameters, block.parameters, (double)block.parameters / (double)layer.parameters,
           (double)block.multiply_adds / (double)layer.multiply_adds);
}

/* ---- heads ---- */

/* The shape of the last map, whose mean the model takes. */
static Shape shape_of_map(const Options *options) {
    ResNetModel model = model_of(options, CHANNELS_LAST);
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    int size = options->stages.image_size;
    const Tensor *tensor = model_layers(
        &model, graph_input(graph, "images", shape4(1, size, size, options->stages.channels)),
        false);
    while (strcmp(tensor_operation(tensor), "global_average_pooling2d") != 0)
        tensor = tensor_input(tensor, 0);
    Shape shape = tensor_shape(tensor_input(tensor, 0));
    graph_free(graph);
    params_free(params);
    return shape;
}

static void show_heads(const Options *options) {
    Shape map = shape_of_map(options);
    char text[SHAPE_TEXT];
    printf("Heads for resnet%d, whose last map is %s:\n", options->layers, shape_text(map, text));
    heads_show(map, options->show.seed);
}

int main(int argc, char *argv[]) {
    Options options = read_options(argc, argv);
    if (options.run)
        show_run(&options);
    if (options.doubling)
        show_doubling(&options);
    if (options.heads)
        show_heads(&options);
    if (!options.doubling && !options.heads)
        show_stages(&options);
    return 0;
}
