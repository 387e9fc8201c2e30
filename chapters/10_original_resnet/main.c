/* Chapter 10: the original ResNet at work.
 *
 * Records it in any published depth and in three styles, and prints its stages as chapter 7 does.
 * With --block the residual block's own shapes; with --compare the original form and the
 * pre-activation form of chapter 7 learn side by side, with one recipe. */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "models/original_resnet.h"
#include "show/graphviz.h"
#include "show/summary.h"
#include "show/table.h"
#include "training/error_chart.h"
#include "training/options.h"

enum { MOST_CHANNELS = 1024, MOST_CLASSES = 1000000, MOST_PIXELS = 8192 };

typedef struct Options {
    TrainingOptions training; /* for --compare; the data format, seed and threads for all */
    int layers;               /* 0: not given */
    OriginalStyle style;
    bool is_plain, block, compare;
    int channels, classes, image_size;
    const char *graph; /* the figure's file, or NULL */
} Options;

static const char *const depths[] = {"18", "34", "50", "101", "152", "20",
                                     "32", "44", "56", "110", NULL};
static const char *const formats[] = {"channels_last", "channels_first"};

enum { KEY_LAYERS = 'l', KEY_STYLE = 's', KEY_PLAIN = 'p', KEY_CHANNELS = 'c', KEY_CLASSES = 'k' };
enum { KEY_IMAGE_SIZE = 'S', KEY_GRAPH = 'G', KEY_BLOCK = 'b', KEY_COMPARE = 'C' };

static const struct argp_option argp_options[] = {
    {"layers", KEY_LAYERS, "N", 0,
     "18 (default), 34, 50, 101 or 152 with the 7x7 stem; 20 (default of --compare), 32, 44, 56 or "
     "110 with the 3x3 stem",
     0},
    {"style", KEY_STYLE, "NAME", 0, "keras (default), d2l or pytorch", 0},
    {"plain", KEY_PLAIN, NULL, 0, "without shortcuts", 0},
    {"channels", KEY_CHANNELS, "C", 0, "of the images (default 3)", 0},
    {"classes", KEY_CLASSES, "K", 0, "number of logits (default 1000)", 0},
    {"image-size", KEY_IMAGE_SIZE, "S", 0, "height and width of the images (default 224)", 0},
    {"graph", KEY_GRAPH, "FILE", 0, "draw the recorded graph: .svg, .png, .pdf or .dot", 0},
    {"block", KEY_BLOCK, NULL, 0,
     "show the shapes that a two-layer block gives; --graph draws it beside chapter 5's", 0},
    {"compare", KEY_COMPARE, NULL, 0,
     "train the original and the pre-activation form on the data set, as the options below say", 0},
    {0}};

static void start_options(Options *options, struct argp_state *state) {
    *options = (Options){.style = STYLE_KERAS, .channels = 3, .classes = 1000, .image_size = 224};
    state->child_inputs[0] = &options->training;
}

static error_t parse(int key, char *text, struct argp_state *state) {
    Options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        start_options(options, state);
        return 0;
    case KEY_LAYERS:
        options->layers = atoi(depths[option_choice("--layers", text, depths)]);
        return 0;
    case KEY_STYLE:
        options->style = (OriginalStyle)option_choice("--style", text, original_styles);
        return 0;
    case KEY_PLAIN:
        options->is_plain = true;
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
    case KEY_GRAPH:
        options->graph = text;
        return 0;
    case KEY_BLOCK:
        options->block = true;
        return 0;
    case KEY_COMPARE:
        options->compare = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static Options read_options(int argc, char *argv[]) {
    static const struct argp_child children[] = {{.argp = &training_options_argp, .group = 1}, {0}};
    static const struct argp parser = {
        .options = argp_options,
        .parser = parse,
        .doc = "Chapter 10: the original ResNet, stage by stage, and against chapter 7's.",
        .children = children};
    Options options;
    argp_parse(&parser, argc, argv, 0, NULL, &options);
    require(!options.compare || !options.is_plain,
            "--plain: --compare trains networks with shortcuts; leave one of the two out");
    require(!options.compare || !options.training.trainer.resume,
            "--resume: --compare trains two networks from their beginning; leave one of the two "
            "out");
    if (options.layers == 0)
        options.layers = options.compare ? 20 : 18;
    return options;
}

static void show_stages(const Options *options) {
    DataFormat format = options->training.trainer.data_format;
    OriginalResNet model =
        original_resnet(options->layers, options->style, options->classes, format);
    model.is_plain = options->is_plain;
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = format});
    Shape shape =
        shape_image(format, 1, options->image_size, options->image_size, options->channels);
    original_layers(&model, graph_input(graph, "images", shape), true);
    printf("%s%s, style %s, %s:\n", model.form.name, model.is_plain ? " without shortcuts" : "",
           original_styles[model.style], formats[format]);
    summary_print_stages(graph);
    summary_print_counts(params);
    if (options->graph)
        graphviz_write(graph, model.form.name, options->graph);
    graph_free(graph);
    params_free(params);
}

/* One block of each form, with the identity as its shortcut. */
static void draw_blocks(const Options *options) {
    enum { MAP = 56, CHANNELS = 64 };
    OriginalResNet original = original_resnet(18, options->style, 10, CHANNELS_LAST);
    ResNetModel pre_activated = resnet_model(18, 10, CHANNELS_LAST);
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){0});
    Shape shape = shape4(1, MAP, MAP, CHANNELS);
    residual_block(&original, graph_input(graph, "inputs of v1", shape), CHANNELS, false, 1, true,
                   0);
    regular_block(&pre_activated, graph_input(graph, "inputs of v2", shape), CHANNELS, 1, true, 0,
                  0);
    graphviz_write(graph, "The original block and the pre-activation block", options->graph);
    graph_free(graph);
    params_free(params);
}

/* The book's examples: four images of 6x6 pixels and 3 channels go in. */
static void show_blocks(const Options *options) {
    static const struct {
        int num_channels;
        bool use_1x1conv;
        int strides;
    } blocks[] = {{3, false, 1}, {6, true, 2}, {6, true, 3}};
    OriginalResNet model =
        original_resnet(options->layers, options->style, options->classes, CHANNELS_FIRST);
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_FIRST});
    Tensor *inputs = graph_input(graph, "images", shape4(4, 3, 6, 6));
    Table *table = table_new("num_channels | use_1x1conv | strides | inputs | outputs");
    for (int i = 0; i < 3; i++) {
        char before[SHAPE_TEXT], after[SHAPE_TEXT];
        Tensor *outputs = residual_block(&model, inputs, blocks[i].num_channels,
                                         blocks[i].use_1x1conv, blocks[i].strides, true, i);
        table_row(table, "%d | %s | %d | %s | %s", blocks[i].num_channels,
                  blocks[i].use_1x1conv ? "yes" : "no", blocks[i].strides,
                  shape_text(tensor_shape(inputs), before),
                  shape_text(tensor_shape(outputs), after));
    }
    table_print(table);
    graph_free(graph);
    params_free(params);
    if (options->graph)
        draw_blocks(options);
}

/* ---- the original form against the pre-activation form ---- */

static Tensor *record_original(const void *model, Tensor *images, bool is_training) {
    return original_layers(model, images, is_training);
}

static Tensor *record_pre_activation(const void *model, Tensor *images, bool is_training) {
    return model_layers(model, images, is_training);
}

/* Trains one of the two; its files go to a directory of its own. */
static void train(const TrainerOptions *options, const char *name, const Dataset *training,
                  const Dataset *test) {
    Arena *arena = arena_new();
    TrainerOptions trainer = *options;
    trainer.model_name = arena_printf(arena, "%s_%s", options->model_name, name);
    trainer.out = trainer_path(arena, options->out, name);
    TrainingLog log = trainer_run(training, test, &trainer);
    log_free(&log);
    arena_free(arena);
}

static void train_both(const Options *options) {
    TrainerOptions trainer = options->training.trainer;
    Dataset training, test;
    training_options_load(&options->training, &training, &test);
    OriginalResNet original =
        original_resnet(options->layers, options->style, training.classes, trainer.data_format);
    ResNetModel pre_activated =
        resnet_model(options->layers, training.classes, trainer.data_format);
    /* One momentum and one epsilon, so that the forms alone differ; chapter 8's momentum, because
     * the training is short. */
    original.form.batch_norm_momentum = pre_activated.batch_norm_momentum = 0.9f;
    pre_activated.batch_norm_epsilon = original.form.batch_norm_epsilon;
    trainer.model_name = original.form.name;
    trainer.record = record_original;
    trainer.model = &original;
    train(&trainer, "v1", &training, &test);
    trainer.record = record_pre_activation;
    trainer.model = &pre_activated;
    train(&trainer, "v2", &training, &test);
    dataset_free(&training);
    dataset_free(&test);
}

static void compare(const Options *options) {
    const char *out = options->training.trainer.out;
    if (!options->training.plot)
        train_both(options);
    Arena *arena = arena_new();
    const ErrorChartTraining errors[] = {
        {"v1, original", trainer_path(arena, out, "v1/log.csv")},
        {"v2, pre-activation", trainer_path(arena, out, "v2/log.csv")}};
    error_chart_show(errors, 2, out, "v1_v2.png");
    arena_free(arena);
}

int main(int argc, char *argv[]) {
    Options options = read_options(argc, argv);
    if (options.compare)
        compare(&options);
    else if (options.block)
        show_blocks(&options);
    else
        show_stages(&options);
    return 0;
}
