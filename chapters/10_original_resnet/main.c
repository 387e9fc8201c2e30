/* Chapter 10: the original ResNet at work.
 *
 * Records the network in any published depth and in three styles, and prints its stages as chapter
 * 7 does. --block prints the shapes of residual blocks. --vgg puts ResNet-34 beside two networks
 * without shortcuts. --compare trains the original form and the pre-activation form of chapter 7
 * with one recipe. */
#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "models/depth_options.h"
#include "models/original_resnet.h"
#include "show/graphviz.h"
#include "show/options.h"
#include "show/summary.h"
#include "show/table.h"
#include "training/error_chart.h"
#include "training/files.h"
#include "training/options.h"
#include "training/recipes.h"
#include "vgg.h"

typedef struct Options {
    TrainingOptions training; /* for --compare; the data format, seed and threads for all */
    StageOptions stages;
    int layers; /* 0: not given */
    OriginalStyle style;
    bool is_plain, block, vgg, compare;
} Options;

static const Option rows[] = {
    {"layers", 'l', "N", READ_AT(Options, layers, read_original_depth),
     "18 (default), 34, 50, 101 or 152 with the 7x7 stem; 20 (default of --compare), 32, 44, 56 or "
     "110 with the 3x3 stem"},
    {"style", 's', "NAME", CHOICE_AT(Options, style, original_styles),
     "keras (default), d2l or pytorch"},
    {"plain", 'p', NULL, FLAG_AT(Options, is_plain), "without shortcuts"},
    ROWS_AT(Options, stages, stage_rows),
    {"block", 'b', NULL, FLAG_AT(Options, block),
     "show the shapes that a two-layer block gives; --graph draws it beside chapter 5's"},
    {"vgg", 'v', NULL, FLAG_AT(Options, vgg),
     "what VGG-19, and 34 layers without and with shortcuts, cost (as He et al. 2015, figure 3)"},
    {"compare", 'C', NULL, FLAG_AT(Options, compare),
     "train the original and the pre-activation form on the data set, as the options below say"},
    ROWS_AT(Options, training, training_rows),
    {0}};

static Options read_options(int argc, char *argv[]) {
    Options options = {.training = training_options(&recipes[RECIPE_BASIC]),
                       .stages = stage_defaults,
                       .style = STYLE_KERAS};
    options_read(rows, "Chapter 10: the original ResNet, stage by stage, and against chapter 7's.",
                 argc, argv, &options);
    require(options.block + options.vgg + options.compare <= 1,
            "--block, --vgg and --compare show different things; give one of them");
    require(!options.stages.graph || !(options.vgg || options.compare),
            "--graph draws a network or --block; leave out --vgg or --compare");
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
        original_resnet(options->layers, options->style, options->stages.classes, format);
    model.is_plain = options->is_plain;
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = format});
    Shape shape = shape_image(format, 1, options->stages.image_size, options->stages.image_size,
                              options->stages.channels);
    original_layers(&model, graph_input(graph, "images", shape), true);
    printf("%s%s, style %s, %s:\n", model.form.name, model.is_plain ? " without shortcuts" : "",
           original_styles[model.style], data_format_names[format]);
    summary_print_stages(graph);
    summary_print_counts(params);
    if (options->stages.graph)
        graphviz_write(graph, model.form.name, options->stages.graph);
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
    graphviz_write(graph, "The original block and the pre-activation block", options->stages.graph);
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
        original_resnet(options->layers, options->style, options->stages.classes, CHANNELS_FIRST);
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
    if (options->stages.graph)
        draw_blocks(options);
}

/* ---- VGG-19 and 34 layers ---- */

/* Records the model's layers; NULL: VGG-19's. Prints VGG-19's stages, and each network's costs. */
static void add_costs(Table *table, const char *name, const OriginalResNet *model,
                      const StageOptions *stages) {
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = graph_input(
        graph, "images", shape4(1, stages->image_size, stages->image_size, stages->channels));
    if (model)
        original_layers(model, images, true);
    else {
        vgg19_layers(images, stages->classes);
        printf("%s:\n", name);
        summary_print_stages(graph);
        printf("\n");
    }
    Cost cost = graph_cost(graph);
    table_row(table, "%s | %zu | %" PRIu64, name, cost.parameters, cost.multiply_adds);
    graph_free(graph);
    params_free(params);
}

static void show_vgg(const StageOptions *stages) {
    OriginalResNet model = original_resnet(34, STYLE_PYTORCH, stages->classes, CHANNELS_LAST);
    OriginalResNet plain = model;
    plain.is_plain = true;
    Table *table = table_new("network | parameters | multiply-adds");
    add_costs(table, "VGG-19", NULL, stages);
    add_costs(table, "34 layers, plain", &plain, stages);
    add_costs(table, "ResNet-34", &model, stages);
    table_print(table);
}

/* ---- the original form against the pre-activation form ---- */

/* Trains one of the two forms; its files go to a directory of its own. */
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

/* Before hours of training. */
static void check_folders(const char *out) {
    Arena *arena = arena_new();
    trainer_check_out(trainer_path(arena, out, "v1"));
    trainer_check_out(trainer_path(arena, out, "v2"));
    arena_free(arena);
}

static void train_both(const Options *options) {
    TrainerOptions trainer = options->training.trainer;
    check_folders(trainer.out);
    Dataset training, test;
    training_options_load(&options->training, &training, &test);
    OriginalResNet original =
        original_resnet(options->layers, options->style, training.classes, trainer.data_format);
    ResNetModel pre_activated =
        resnet_model(options->layers, training.classes, trainer.data_format);
    /* Momentum and epsilon are the same, so that only the forms differ. The momentum is chapter
     * 8's, because the training is short. */
    original.form.batch_norm_momentum = pre_activated.batch_norm_momentum = 0.9f;
    pre_activated.batch_norm_epsilon = original.form.batch_norm_epsilon;
    trainer.model_name = original.form.name;
    trainer.record = original_record;
    trainer.model = &original;
    train(&trainer, "v1", &training, &test);
    trainer.record = resnet_record;
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
    else if (options.vgg)
        show_vgg(&options.stages);
    else
        show_stages(&options);
    return 0;
}
