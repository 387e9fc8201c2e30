/* Chapter 4: pre_activation_with_shortcut at work.
 *
 * Shows the two kinds of shortcut by their shapes, how much gradient comes back to the inputs
 * through the shortcut and through the path beside it, and what is left of a gradient after many
 * blocks with and without shortcuts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "models/resnet.h"
#include "show/sample.h"
#include "show/sheet.h"
#include "show/table.h"

enum { FILTERS = 16, KERNEL_SIZE = 3, MOST_BLOCKS = 40 };

static const ResNetModel model = {.data_format = CHANNELS_LAST};

/* The blocks' inputs: a convolution's outputs, brought to mean 0 and deviation 1, so that the
 * blocks' own normalisation hardly changes them or the gradient. */
static Tensor *stem(Tensor *images) {
    Tensor *conv = custom_conv2d(&model, images, FILTERS, KERNEL_SIZE, 1, "conv_initial");
    return batch_normalization(conv, (BatchNormOptions){.is_training = true});
}

/* ---- shapes ---- */

static void add_shapes(const Sample *sample, const char *name, ShortcutParams shortcut_params,
                       Table *table) {
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *inputs = stem(sample_input(graph, sample));
    size_t before = params_trainable_count(params);
    PreActivated block = pre_activation_with_shortcut(&model, inputs, true, shortcut_params);
    char inputs_text[SHAPE_TEXT], activated_text[SHAPE_TEXT], shortcut_text[SHAPE_TEXT];
    table_row(table, "%s | %s | %s | %s | %zu | %s", name,
              shape_text(tensor_shape(inputs), inputs_text),
              shape_text(tensor_shape(block.inputs), activated_text),
              shape_text(tensor_shape(block.shortcut), shortcut_text),
              params_trainable_count(params) - before,
              block.shortcut == inputs ? "the raw inputs" : tensor_name(block.shortcut));
    graph_free(graph);
    params_free(params);
}

static void show_shapes(const Sample *sample) {
    Table *table = table_new("kind | inputs | pre-activated | shortcut | parameters | "
                             "the shortcut is");
    add_shapes(sample, "identity", (ShortcutParams){0, 1}, table);
    add_shapes(sample, "projection", (ShortcutParams){FILTERS, 1}, table);
    add_shapes(sample, "projection, strides 2", (ShortcutParams){2 * FILTERS, 2}, table);
    printf("pre_activation_with_shortcut on %s:\n", sample->name);
    table_print(table);
}

/* ---- gradients ---- */

typedef enum Way { SHORTCUT, PATH, BOTH } Way;

/* A block of one convolution; `way` is the part of the block that becomes its output. */
static Tensor *block(Tensor *inputs, ShortcutParams shortcut_params, Way way, int index) {
    SCOPE(inputs, "block%d", index);
    PreActivated first = pre_activation_with_shortcut(&model, inputs, true, shortcut_params);
    if (way == SHORTCUT)
        return first.shortcut;
    int filters = shortcut_params.filters ? shortcut_params.filters : FILTERS;
    Tensor *path =
        custom_conv2d(&model, first.inputs, filters, KERNEL_SIZE, shortcut_params.strides, "path");
    return way == PATH ? path : add(path, first.shortcut);
}

typedef struct Stack {
    int blocks;
    ShortcutParams shortcut_params;
    Way way;
} Stack;

/* The gradient that comes back to the inputs of the blocks. */
typedef struct Gradient {
    ImageSize size;
    float *values;
    double ratio;  /* its norm over the upstream gradient's */
    double cosine; /* of the angle between the two; only if their shapes are the same */
} Gradient;

/* Random numbers; or with middle_pixel, 1 in all channels of the middle pixel and 0 elsewhere. */
static float *upstream_gradient(Shape shape, bool middle_pixel, uint64_t seed) {
    float *upstream = memory_new(shape_count(shape), sizeof(float));
    int height = shape.size[1], width = shape.size[2], channels = shape.size[3];
    Random random = random_stream(seed, random_name("upstream"));
    for (size_t i = 0; i < shape_count(shape) && !middle_pixel; i++)
        upstream[i] = random_normal(&random);
    for (int c = 0; c < channels && middle_pixel; c++)
        upstream[image_index(CHANNELS_LAST, height, width, channels, 0, height / 2, width / 2, c)] =
            1;
    return upstream;
}

static double dot(const float *a, const float *b, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)a[i] * b[i];
    return sum;
}

static Gradient gradient_through(Stack stack, const Sample *sample, bool middle_pixel,
                                 uint64_t seed) {
    Params *params = params_new(seed);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
    Tensor *images = sample_input(graph, sample);
    Tensor *inputs = stem(images), *outputs = inputs;
    for (int i = 0; i < stack.blocks; i++)
        outputs = block(outputs, stack.shortcut_params, stack.way, i);
    tensor_keep(inputs);
    graph_compile(graph, outputs, true);

    float *upstream = upstream_gradient(tensor_shape(outputs), middle_pixel, seed);
    sample_write(images, sample);
    graph_forward(graph);
    graph_backward(graph, upstream);

    size_t count = shape_count(tensor_shape(inputs)), outer = shape_count(tensor_shape(outputs));
    Gradient gradient = {.size = tensor_image_size(inputs)};
    gradient.values = memory_new(count, sizeof(float));
    tensor_read_gradient(inputs, gradient.values);
    double norm = sqrt(dot(gradient.values, gradient.values, count));
    double upstream_norm = sqrt(dot(upstream, upstream, outer));
    gradient.ratio = norm / upstream_norm;
    if (count == outer)
        gradient.cosine = dot(gradient.values, upstream, count) / norm / upstream_norm;
    free(upstream);
    graph_free(graph);
    params_free(params);
    return gradient;
}

static double ratio_through(Stack stack, const Sample *sample, uint64_t seed) {
    Gradient gradient = gradient_through(stack, sample, false, seed);
    free(gradient.values);
    return gradient.ratio;
}

static void show_ways(const Sample *sample, uint64_t seed) {
    static const struct {
        const char *name;
        ShortcutParams params;
    } kinds[] = {{"identity", {0, 1}},
                 {"projection", {FILTERS, 1}},
                 {"projection, strides 2", {2 * FILTERS, 2}}};
    Table *table = table_new("kind | through the shortcut | through the path | through both");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        double ratios[BOTH + 1];
        for (Way way = SHORTCUT; way <= BOTH; way++)
            ratios[way] = ratio_through((Stack){1, kinds[i].params, way}, sample, seed);
        table_row(table, "%s | %.4f | %.4f | %.4f", kinds[i].name, ratios[SHORTCUT], ratios[PATH],
                  ratios[BOTH]);
    }
    printf("\nGradient at a block's inputs for a random gradient of norm 1 at its outputs:\n");
    table_print(table);
}

/* ---- many blocks ---- */

static void add_picture(Sheet *sheet, const Gradient *gradient, int blocks, bool with_shortcuts) {
    int height = gradient->size.height, width = gradient->size.width;
    int channels = gradient->size.channels;
    float *strength = memory_new((size_t)height * width, sizeof(float));
    float strongest = 0;
    for (int pixel = 0; pixel < height * width; pixel++) {
        const float *values = gradient->values + (size_t)pixel * channels;
        strength[pixel] = (float)sqrt(dot(values, values, (size_t)channels));
        strongest = fmaxf(strongest, strength[pixel]);
    }
    sheet_add(
        sheet,
        (SheetPicture){.values = strength, .height = height, .width = width, .full = strongest},
        "%d block%s\n%s", blocks, blocks > 1 ? "s" : "",
        with_shortcuts ? "with shortcuts" : "without");
    free(strength);
}

static void show_depth(const Sample *sample, uint64_t seed, const char *out) {
    Sheet *sheet = sheet_new("Where the gradient of the middle output pixel arrives");
    Table *table = table_new("blocks | norm with shortcuts | cosine | norm without | cosine");
    static const int depths[] = {1, 2, 5, 10, 20, MOST_BLOCKS};
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        Gradient gradients[2];
        for (int with = 0; with < 2; with++)
            gradients[with] = gradient_through((Stack){depths[i], {0, 1}, with ? BOTH : PATH},
                                               sample, false, seed);
        table_row(table, "%d | %.2f | %.3f | %.2f | %.3f", depths[i], gradients[1].ratio,
                  gradients[1].cosine, gradients[0].ratio, gradients[0].cosine);
        free(gradients[0].values);
        free(gradients[1].values);
    }
    for (int with = 1; with >= 0; with--) {
        for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
            Gradient gradient = gradient_through((Stack){depths[i], {0, 1}, with ? BOTH : PATH},
                                                 sample, true, seed);
            add_picture(sheet, &gradient, depths[i], with);
            free(gradient.values);
        }
        sheet_next_row(sheet);
    }
    printf(
        "\nThe gradient at the inputs of many blocks (identity shortcuts, or none): its norm for\n"
        "a random gradient of norm 1 at the outputs, and the cosine of the angle between the "
        "two:\n");
    table_print(table);
    sheet_write(sheet, out, "04_shortcut.png");
}

int main(int argc, char *argv[]) {
    ShowOptions options =
        show_image_options(argc, argv, "Chapter 4: the way around a block, and its gradient.");
    Sample sample = sample_load(&options, 1);
    show_shapes(&sample);
    show_ways(&sample, options.seed);
    show_depth(&sample, options.seed, options.out);
    sample_free(&sample);
    return 0;
}
