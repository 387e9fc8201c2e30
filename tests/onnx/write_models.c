/* Networks for the comparison with ONNX Runtime: onnx_models DIR.
 *
 * For each network DIR receives NAME.onnx, NAME.inputs (the images, (N, C, H, W), 0 to 1) and
 * NAME.logits (what the library computes for them), both as plain floats; standard output a line
 * "NAME N C H W K". The networks are not trained, but all their parameters are at random and the
 * moving averages are those of a few batches, so that no part could be left out unnoticed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/output_file.h"
#include "base/random.h"
#include "export/onnx.h"
#include "kernels/elementwise.h"
#include "layers/layers.h"
#include "models/original_resnet.h"
#include "models/resnet.h"

enum { CLASSES = 7, BATCH = 4, LEARNING_STEPS = 12, MOST_CHANNELS = 3 };

static const float MOMENTUM = 0.7f; /* of the moving averages */
static const float mean[MOST_CHANNELS] = {0.45f, 0.5f, 0.4f};
static const float deviation[MOST_CHANNELS] = {0.25f, 0.2f, 0.3f};

typedef Tensor *Record(int variant, DataFormat format, Tensor *images, bool is_training);

typedef struct Case {
    const char *name;
    Record *record;
    int variant; /* depth, or style */
    int height, width, channels;
    DataFormat format;
} Case;

static Tensor *pre_activation_form(int layers, DataFormat format, Tensor *images,
                                   bool is_training) {
    ResNetModel model = resnet_model(layers, CLASSES, format);
    model.batch_norm_momentum = MOMENTUM;
    return model_layers(&model, images, is_training);
}

static Tensor *original_form(int layers, OriginalStyle style, DataFormat format, Tensor *images,
                             bool is_training) {
    OriginalResNet model = original_resnet(layers, style, CLASSES, format);
    model.form.batch_norm_momentum = MOMENTUM;
    return original_layers(&model, images, is_training);
}

static Tensor *original_18(int style, DataFormat format, Tensor *images, bool is_training) {
    return original_form(18, (OriginalStyle)style, format, images, is_training);
}

static Tensor *original_50(int style, DataFormat format, Tensor *images, bool is_training) {
    return original_form(50, (OriginalStyle)style, format, images, is_training);
}

/* What the networks above leave out: windows that reach over one side or both, padding of every
 * kind, a flattened map of several channels, batch norm of rows, a dense layer without a bias. */
static Tensor *odd_pieces(int variant, DataFormat format, Tensor *images, bool is_training) {
    (void)variant;
    int paddings[4][2] = {{0}}, height = format == CHANNELS_LAST ? 1 : 2;
    paddings[height][0] = 2;
    paddings[height][1] = 1;
    paddings[height + 1][0] = 3;
    BatchNormOptions batch_norm = {
        .is_training = is_training, .momentum = MOMENTUM, .epsilon = 0.02f};
    Tensor *outputs = pad(images, paddings);
    outputs = conv2d(
        outputs,
        (Conv2DOptions){.filters = 5, .kernel_size = 3, .padding = PADDING_SYMMETRIC, .pad = 2});
    outputs = conv2d(outputs, (Conv2DOptions){.filters = 6,
                                              .kernel_size = 4,
                                              .strides = 2,
                                              .padding = PADDING_SAME,
                                              .no_bias = true});
    outputs =
        max_pool2d(outputs, (PoolOptions){.pool_size = 2, .strides = 1, .padding = PADDING_SAME});
    outputs = average_pool2d(
        outputs,
        (PoolOptions){.pool_size = 3, .strides = 2, .padding = PADDING_SYMMETRIC, .pad = 1});
    outputs = add(relu(outputs), outputs);
    outputs = max_pool2d(outputs, (PoolOptions){.pool_size = 3, .strides = 2});
    outputs = batch_normalization(flatten(outputs), batch_norm);
    return dense(outputs, (DenseOptions){.units = CLASSES, .no_bias = true, .name = "logits"});
}

static const Case cases[] = {
    {"resnet20", pre_activation_form, 20, 28, 28, 1, CHANNELS_LAST},
    {"resnet18", pre_activation_form, 18, 64, 64, 3, CHANNELS_LAST},
    {"resnet50", pre_activation_form, 50, 64, 48, 3, CHANNELS_LAST},
    {"original_resnet18", original_18, STYLE_D2L, 65, 63, 3, CHANNELS_LAST},
    {"original_resnet50", original_50, STYLE_PYTORCH, 64, 64, 3, CHANNELS_FIRST},
    {"odd_pieces", odd_pieces, 0, 19, 26, 3, CHANNELS_LAST},
    {"odd_pieces_channels_first", odd_pieces, 0, 19, 26, 3, CHANNELS_FIRST},
};

/* Kernels keep their initial values. Gammas are small, so that blocks stay near the identity as in
 * trained networks: 50 random layers with gammas of 1 blow rounding errors up until float32 holds
 * no four digits of a logit, whoever computes it. */
static void randomise(Params *params, Random *random) {
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(params, i);
        float centre = parameter->role == PARAMETER_GAMMA ? 0.3f : 0;
        if (parameter->role == PARAMETER_GAMMA || parameter->role == PARAMETER_BETA ||
            parameter->role == PARAMETER_BIAS)
            for (size_t j = 0; j < parameter->count; j++)
                parameter_values(parameter)[j] = centre + 0.1f * random_normal(random);
    }
}

static Tensor *record_images(Graph *graph, const Case *one) {
    return graph_input(graph, "images",
                       shape_image(one->format, BATCH, one->height, one->width, one->channels));
}

/* Images (N, C, H, W) normalised into the graph. */
static void write_images(const Case *one, const float *images, Tensor *input) {
    int pixels = one->height * one->width;
    size_t count = (size_t)BATCH * one->channels * pixels;
    float *normalised = memory_new(count, sizeof(float));
    float *ordered = memory_new(count, sizeof(float));
    for (size_t i = 0; i < count; i++) {
        size_t c = i / (size_t)pixels % (size_t)one->channels;
        normalised[i] = (images[i] - mean[c]) / deviation[c];
    }
    channels_last_from_first(BATCH, one->channels, pixels, normalised, ordered);
    tensor_write(input, one->format == CHANNELS_LAST ? ordered : normalised);
    free(normalised);
    free(ordered);
}

static void random_images(Random *random, float *images, size_t count) {
    for (size_t i = 0; i < count; i++)
        images[i] = random_uniform(random);
}

/* The moving averages follow a few batches. */
static void learn_averages(const Case *one, Params *params, Random *random, float *images,
                           size_t count) {
    Graph *graph = graph_new(params, (GraphOptions){.data_format = one->format});
    Tensor *input = record_images(graph, one);
    graph_compile(graph, one->record(one->variant, one->format, input, true), false);
    randomise(params, random);
    for (int step = 0; step < LEARNING_STEPS; step++) {
        random_images(random, images, count);
        write_images(one, images, input);
        graph_forward(graph);
    }
    graph_free(graph);
}

static void write_floats(const char *directory, const char *name, const char *ending,
                         const float *values, size_t count) {
    Arena *arena = arena_new();
    OutputFile *file = output_open(arena_printf(arena, "%s/%s.%s", directory, name, ending));
    fwrite(values, sizeof(float), count, output_stream(file));
    output_commit(file);
    arena_free(arena);
}

static void write_case(const char *directory, const Case *one) {
    Arena *arena = arena_new();
    Random random = random_stream(1, random_name(one->name));
    Params *params = params_new(1);
    size_t count = (size_t)BATCH * one->channels * one->height * one->width;
    float *images = memory_new(count, sizeof(float)), logits[BATCH * CLASSES];
    learn_averages(one, params, &random, images, count);

    Graph *graph = graph_new(params, (GraphOptions){.data_format = one->format});
    Tensor *input = record_images(graph, one);
    Tensor *outputs = one->record(one->variant, one->format, input, false);
    onnx_write(arena_printf(arena, "%s/%s.onnx", directory, one->name), outputs,
               (OnnxOptions){.name = one->name, .mean = mean, .deviation = deviation});
    graph_compile(graph, outputs, false);
    random_images(&random, images, count);
    write_images(one, images, input);
    graph_forward(graph);
    tensor_read(outputs, logits);

    write_floats(directory, one->name, "inputs", images, count);
    write_floats(directory, one->name, "logits", logits, sizeof logits / sizeof logits[0]);
    printf("%s %d %d %d %d %d\n", one->name, BATCH, one->channels, one->height, one->width,
           CLASSES);
    free(images);
    graph_free(graph);
    params_free(params);
    arena_free(arena);
}

int main(int argc, char **argv) {
    require(argc == 2, "usage: onnx_models DIR");
    output_make_directory(argv[1]);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        write_case(argv[1], &cases[i]);
    return EXIT_SUCCESS;
}
