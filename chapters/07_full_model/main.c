/* Chapter 7: block_layer and model_layers at work.
 *
 * Records any of the published ResNets and prints its stages: shapes, parameters, multiply-adds.
 * Recording takes no memory for parameters, so the largest model is counted in a moment. With --run
 * an image goes through in both data formats, which must give the same logits. --doubling and
 * --heads record what a ResNet does not do, and count that beside it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "graph/inspect.h"
#include "heads.h"
#include "models/resnet.h"
#include "show/graphviz.h"
#include "show/sample.h"
#include "show/summary.h"

enum { MOST_BLOCKS = 16 }; /* in which filters are doubled: 64 become two million */
enum { MOST_CHANNELS = 1024, MOST_CLASSES = 1000000, MOST_PIXELS = 8192, MOST_BATCH = 65536 };

typedef struct Options {
    ShowOptions show;
    int layers, channels, classes, image_size, batch;
    DataFormat data_format;
    const char *graph; /* the figure's file, or NULL */
    bool run, doubling, heads;
} Options;

static const char *const depths[] = {"18", "34", "50", "101", "152", "200",
                                     "20", "32", "44", "56",  "110", NULL};
static const char *const formats[] = {"channels_last", "channels_first", NULL};

enum { KEY_LAYERS = 'l', KEY_CHANNELS = 'c', KEY_CLASSES = 'k', KEY_IMAGE_SIZE = 'S' };
enum { KEY_DATA_FORMAT = 'f', KEY_BATCH = 'b', KEY_GRAPH = 'G', KEY_RUN = 'r' };
enum { KEY_DOUBLING = 'D', KEY_HEADS = 'H' };

static const struct argp_option argp_options[] = {
    {"layers", KEY_LAYERS, "N", 0,
     "18 (default), 34, 50, 101, 152 or 200 with the 7x7 stem; 20, 32, 44, 56 or 110 with the 3x3 "
     "stem",
     0},
    {"channels", KEY_CHANNELS, "C", 0, "of the images (default 3)", 0},
    {"classes", KEY_CLASSES, "K", 0, "number of logits (default 1000)", 0},
    {"image-size", KEY_IMAGE_SIZE, "S", 0, "height and width of the images (default 224)", 0},
    {"batch", KEY_BATCH, "N", 0, "number of images (default 1)", 0},
    {"data-format", KEY_DATA_FORMAT, "F", 0, "channels_last (default) or channels_first", 0},
    {"graph", KEY_GRAPH, "FILE", 0, "draw the recorded graph: .svg, .png, .pdf or .dot", 0},
    {"run", KEY_RUN, NULL, 0, "run an image through, in both data formats", 0},
    {"doubling", KEY_DOUBLING, NULL, 0,
     "count the network with its filters doubled in each block layer, and in each block", 0},
    {"heads", KEY_HEADS, NULL, 0,
     "count the head of mean and dense layer, and convolutions in its place", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    Options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *options =
            (Options){.layers = 18, .channels = 3, .classes = 1000, .image_size = 224, .batch = 1};
        state->child_inputs[0] = &options->show;
        return 0;
    case KEY_LAYERS:
        options->layers = atoi(depths[option_choice("--layers", text, depths)]);
        return 0;
    case KEY_CHANNELS:
        options->channels = (int)option_integer("--channels", text, 1, MOST_CHANNELS);
        return 0;
    case KEY_CLASSES:
        options->classes = (int)option_integer("--classes", text, 1, MOST_CLASSES);
        return 0;
    case KEY_IMAGE_SIZE:
        options->image_size = (int)option_integer("--image-size", text, 1, MOST_PIXELS);
        return 0;
    case KEY_BATCH:
        options->batch = (int)option_integer("--batch", text, 1, MOST_BATCH);
        return 0;
    case KEY_DATA_FORMAT:
        options->data_format = (DataFormat)option_choice("--data-format", text, formats);
        return 0;
    case KEY_GRAPH:
        options->graph = text;
        return 0;
    case KEY_RUN:
        options->run = true;
        return 0;
    case KEY_DOUBLING:
        options->doubling = true;
        return 0;
    case KEY_HEADS:
        options->heads = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static Options read_options(int argc, char *argv[]) {
    static const struct argp_child children[] = {{&show_image_options_argp, 0, NULL, 0}, {0}};
    static const struct argp parser = {.options = argp_options,
                                       .parser = parse,
                                       .doc = "Chapter 7: the whole network, stage by stage.",
                                       .children = children};
    Options options;
    argp_parse(&parser, argc, argv, 0, NULL, &options);
    require(!options.run || options.channels == 1 || options.channels == 3,
            "--channels: there is no image of %d channels to run; use 1 or 3 with --run",
            options.channels);
    return options;
}

static ResNetModel model_of(const Options *options, DataFormat data_format) {
    return resnet_model(options->layers, options->classes, data_format);
}

static void show_stages(const Options *options) {
    ResNetModel model = model_of(options, options->data_format);
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = options->data_format});
    Shape shape = shape_image(options->data_format, options->batch, options->image_size,
                              options->image_size, options->channels);
    model_layers(&model, graph_input(graph, "images", shape), true);
    printf("%s, %s:\n", model.name, formats[options->data_format]);
    summary_print_stages(graph);
    summary_print_counts(params);
    if (options->graph)
        graphviz_write(graph, model.name, options->graph);
    graph_free(graph);
    params_free(params);
}

static float largest_difference(const float *a, const float *b, int count) {
    float largest = 0;
    for (int i = 0; i < count; i++)
        largest = fmaxf(largest, fabsf(a[i] - b[i]));
    return largest;
}

/* The logits of one image, by the data format. */
static float *run(const Options *options, const Sample *sample, DataFormat data_format) {
    ResNetModel model = model_of(options, data_format);
    Params *params = params_new(options->show.common.seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = data_format});
    Tensor *images = sample_input(graph, sample);
    Tensor *outputs = model_layers(&model, images, false);
    graph_compile(graph, outputs, false);
    sample_write(images, sample);
    graph_forward(graph);
    float *logits = memory_new((size_t)options->classes, sizeof(float));
    tensor_read(outputs, logits);
    graph_free(graph);
    params_free(params);
    return logits;
}

static void show_run(const Options *options) {
    Sample sample = sample_load_square(&options->show, options->channels, options->image_size);
    float *last = run(options, &sample, CHANNELS_LAST);
    float *first = run(options, &sample, CHANNELS_FIRST);
    float largest = 0;
    for (int k = 0; k < options->classes; k++)
        largest = fmaxf(largest, fabsf(last[k]));
    printf("%s through the untrained network: %d logits, the largest %g;\n"
           "largest difference between the data formats: %g\n\n",
           sample.name, options->classes, (double)largest,
           (double)largest_difference(last, first, options->classes));
    free(last);
    free(first);
    sample_free(&sample);
}

/* ---- filters doubled in each block ---- */

/* model_layers() of block layers with one block each: as every layer doubles the filters, so does
 * every block. The strides stay where they are. */
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
    Tensor *images = graph_input(
        graph, "images",
        shape4(options->batch, options->image_size, options->image_size, options->channels));
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

/* What the mean over the map reads in the recorded model. */
static Shape shape_of_map(const Options *options) {
    ResNetModel model = model_of(options, CHANNELS_LAST);
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    int size = options->image_size;
    const Tensor *tensor = model_layers(
        &model, graph_input(graph, "images", shape4(1, size, size, options->channels)), false);
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
    heads_show(map, options->show.common.seed);
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
