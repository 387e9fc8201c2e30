#include "ladder.h"

#include "base/error.h"
#include "kernels/bandwidth.h"
#include "kernels/conv2d/conv2d.h"
#include "kernels/conv2d/tile.h"
#include "kernels/peak.h"
#include "pieces/fast.h"
#include "pieces/loops.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

const Rung ladder_rungs[RUNGS] = {
    {"0 textbook loops", 1},    {"1 filters innermost", 1},     {"2 vectors", 1},
    {"3 several sums", 1},      {"4 register tile", TILE_ROWS}, {"5 packed panels", TILE_ROWS},
    {"the library", TILE_ROWS},
};

static FastConv2D *const functions[RUNGS] = {
    conv2d_forward_loops, conv2d_filters_innermost, conv2d_vectors,
    conv2d_several_sums,  conv2d_register_tile,     conv2d_panels,
};

typedef struct Layer {
    Conv2DShape shape;
    float *inputs, *kernel, *bias, *outputs;
    size_t num_kernel, num_outputs;
    void *workspace;
} Layer;

/* ---- the layer ---- */

/* Images with a zero all around, by chapter 1's function. */
static float *padded_images(Random *random, int images, int channels) {
    const int shape[4] = {images, LADDER_SIZE, LADDER_SIZE, channels};
    const int paddings[4][2] = {{0, 0}, {1, 1}, {1, 1}, {0, 0}};
    enum { PADDED = LADDER_SIZE + 2 };
    float *values =
        random_array(random, (size_t)images * LADDER_SIZE * LADDER_SIZE * (size_t)channels);
    float *padded = memory_new((size_t)images * PADDED * PADDED * (size_t)channels, sizeof(float));
    pad_forward_loops(values, shape, paddings, padded);
    free(values);
    return padded;
}

static Layer layer_new(const LadderOptions *options) {
    int channels = options->channels;
    Random random = random_stream(options->seed, 0);
    Layer layer = {.shape = {.batch = options->images,
                             .in_height = LADDER_SIZE + LADDER_KERNEL - 1,
                             .in_width = LADDER_SIZE + LADDER_KERNEL - 1,
                             .channels = channels,
                             .out_height = LADDER_SIZE,
                             .out_width = LADDER_SIZE,
                             .filters = channels,
                             .kernel_size = LADDER_KERNEL,
                             .strides = 1}};
    layer.num_kernel = (size_t)LADDER_KERNEL * LADDER_KERNEL * channels * channels;
    layer.num_outputs = (size_t)options->images * LADDER_SIZE * LADDER_SIZE * channels;
    layer.inputs = padded_images(&random, options->images, channels);
    layer.kernel = random_array(&random, layer.num_kernel);
    layer.bias = random_array(&random, (size_t)channels);
    layer.outputs = random_array(&random, layer.num_outputs);
    layer.workspace = memory_new(conv2d_workspace(&layer.shape, 1), 1);
    return layer;
}

static void layer_free(Layer *layer) {
    free(layer->inputs);
    free(layer->kernel);
    free(layer->bias);
    free(layer->outputs);
    free(layer->workspace);
}

/* ---- rungs ---- */

typedef struct Call {
    const Layer *layer;
    int rung;
} Call;

/* The textbook loops take one image: they are slow, and as fast with one as with many. */
static Conv2DShape shape_of(const Call *call) {
    Conv2DShape shape = call->layer->shape;
    if (call->rung == 0)
        shape.batch = 1;
    return shape;
}

static void compute(void *context) {
    const Call *call = context;
    const Layer *layer = call->layer;
    Conv2DShape shape = shape_of(call);
    if (call->rung == LIBRARY)
        conv2d_forward(&shape,
                       (Conv2DForward){.inputs = layer->inputs,
                                       .weights = layer->kernel,
                                       .bias = layer->bias,
                                       .outputs = layer->outputs},
                       layer->workspace);
    else
        functions[call->rung](&shape, layer->inputs, layer->kernel, layer->bias, layer->outputs);
}

static double gigaflops(const Call *call, double seconds) {
    Conv2DShape shape = shape_of(call);
    return 2e-9 * shape.batch * shape.out_height * shape.out_width * shape.kernel_size *
           shape.kernel_size * shape.channels * shape.filters / seconds;
}

/* The first image's outputs, which the textbook loops have computed, too. */
static void check(const Layer *layer, const float *expected) {
    const double tolerance = 1e-4;
    size_t count = layer->num_outputs / (size_t)layer->shape.batch;
    for (int rung = FIRST_RUNG; rung < RUNGS; rung++) {
        memset(layer->outputs, 0xFF, layer->num_outputs * sizeof *layer->outputs); /* NaN */
        compute(&(Call){layer, rung});
        double difference = relative_difference(layer->outputs, expected, count);
        require(difference <= tolerance,
                "%s: its outputs differ from the textbook loops' by %g of the largest; make "
                "check-16 tells what is wrong",
                ladder_rungs[rung].name, difference);
    }
}

/* ---- measuring ---- */

/* A round's samples: of each rung, of the peak and of reading. */
enum { PEAK = RUNGS, READ, SAMPLES };
static const double enough_seconds = 0.02;

static void measure_round(const Layer *layer, int round, int rounds, double *samples) {
    const Effort effort = {1, enough_seconds};
    for (int rung = 0; rung < RUNGS; rung++) {
        Call call = {layer, rung};
        double *sample = samples + rung * rounds + round;
        if (rung == 0 && round > 0)
            *sample = sample[-1];
        else
            *sample = gigaflops(&call, measure_shortest(enough_seconds, compute, &call));
    }
    samples[PEAK * rounds + round] = peak_measure(effort, 1);
    enum { PASSES = 8 };
    samples[READ * rounds + round] =
        bandwidth_measure(effort, layer->num_kernel * sizeof(float), PASSES).read;
}

Ladder ladder_climb(LadderOptions options) {
    Ladder ladder = {.options = options};
    int rounds = options.repeats, threads = omp_get_max_threads();
    Layer layer = layer_new(&options);
    omp_set_num_threads(1);

    size_t count = layer.num_outputs / (size_t)options.images;
    float *expected = memory_new(count, sizeof *expected);
    compute(&(Call){&layer, 0});
    memcpy(expected, layer.outputs, count * sizeof *expected);
    check(&layer, expected);
    free(expected);

    double *samples = memory_new((size_t)SAMPLES * (size_t)rounds, sizeof *samples);
    for (int round = 0; round < rounds; round++)
        measure_round(&layer, round, rounds, samples);
    for (int rung = 0; rung < RUNGS; rung++)
        ladder.speed[rung] = median(samples + rung * rounds, rounds);
    ladder.peak = median(samples + PEAK * rounds, rounds);
    ladder.read = median(samples + READ * rounds, rounds);
    free(samples);
    omp_set_num_threads(threads);
    layer_free(&layer);
    return ladder;
}

double ladder_memory_roof(const Ladder *ladder, int rung) {
    return ladder->read * 2 * ladder_rungs[rung].uses / sizeof(float);
}
