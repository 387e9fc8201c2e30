/* A ladder of convolutions, from the textbook loops to the library: each rung computes the whole
 * forward pass, has one idea more than the rung before it, and is checked before it is timed. What
 * limits a rung, and what the next one does about it: common/kernels/conv2d/README.md. */
#include "02_custom_conv/conv_arrays.h"
#include "base/error.h"
#include "base/memory.h"
#include "kernels/simd.h"
#include "pieces/loops.h"
#include "sections.h"
#include "show/table.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The layer: 3 x 3, strides 1, 256 channels and filters on maps of 14 x 14. ResNet-18 and ResNet-50
 * have it on photos of 224 x 224. */
enum { SIZE = 14, CHANNELS = 256, FILTERS = 256, KERNEL_SIZE = 3, BATCH = 16, QUICK_BATCH = 2 };

/* A tile of sums in registers: TILE positions times VECTORS vectors of filters. The other registers
 * hold VECTORS vectors of weights and one input. PANEL: the filters of a tile. */
enum {
    TILE = VECTOR_REGISTERS == 32 ? 8 : 6,
    VECTORS = 2,
    PANEL = VECTORS * VECTOR_FLOATS,
};

/* A layer of strides 1 with channels last and a multiple of PANEL filters, and room to work in. */
typedef struct Layer {
    ConvArrays arrays;
    float *reference; /* outputs by the textbook loops, whose sums are double */
    float *padded;    /* images with zeros around them: the batch, or one for each thread */
    float *panels;    /* the weights, panel by panel */
} Layer;

/* ---- rung 0: the textbook loops ---- */

static void textbook_loops(const Layer *layer) {
    conv2d_forward_loops(&layer->arrays.shape, layer->arrays.inputs, layer->arrays.kernel,
                         layer->arrays.bias, layer->arrays.outputs);
}

/* ---- rung 1: the loop over filters is the innermost ---- */

/* Neighbours in memory, and no sum waits for another: the compiler makes vectors of them. */
static void add_product(float *restrict sums, float input, const float *restrict weights,
                        int filters) {
    for (int k = 0; k < filters; k++)
        sums[k] += input * weights[k];
}

static void filters_innermost(const Layer *layer) {
    const Conv2DShape *s = &layer->arrays.shape;
    const float(*inputs)[s->in_height][s->in_width][s->channels] = (void *)layer->arrays.inputs;
    const float(*weights)[s->kernel_size][s->channels][s->filters] = (void *)layer->arrays.kernel;
    float(*outputs)[s->out_height][s->out_width][s->filters] = (void *)layer->arrays.outputs;
    for (int n = 0; n < s->batch; n++)
        for (int y = 0; y < s->out_height; y++)
            for (int x = 0; x < s->out_width; x++) {
                float *sums = outputs[n][y][x];
                memcpy(sums, layer->arrays.bias, sizeof outputs[n][y][x]);
                for (int r = 0; r < s->kernel_size; r++)
                    for (int t = 0; t < s->kernel_size; t++) {
                        int i = y + r - s->pad_top, j = x + t - s->pad_left;
                        if (i < 0 || i >= s->in_height || j < 0 || j >= s->in_width)
                            continue; /* outside the image: zero */
                        for (int c = 0; c < s->channels; c++)
                            add_product(sums, inputs[n][i][j][c], weights[r][t][c], s->filters);
                    }
            }
}

/* ---- rung 2: a tile of sums in registers ---- */

/* Floats of a padded image's row, and of the image. */
static size_t padded_row(const Conv2DShape *s) {
    return (size_t)(s->out_width + s->kernel_size - 1) * s->channels;
}

static size_t padded_floats(const Conv2DShape *s) {
    return (s->out_height + s->kernel_size - 1) * padded_row(s);
}

/* The image with zeros around it, so that no window needs an `if`. */
static void copy_padded(const Layer *layer, int image, float *padded) {
    const Conv2DShape *s = &layer->arrays.shape;
    size_t row = (size_t)s->in_width * s->channels;
    const float *from = layer->arrays.inputs + image * s->in_height * row;
    float *to = padded + s->pad_top * padded_row(s) + (size_t)s->pad_left * s->channels;
    memset(padded, 0, padded_floats(s) * sizeof *padded);
    for (int y = 0; y < s->in_height; y++, from += row, to += padded_row(s))
        memcpy(to, from, row * sizeof *to);
}

/* Weights of PANEL filters: from one (r, s, c) to the next it is `pitch` floats. */
typedef struct Panel {
    int filter; /* the first */
    const float *weights;
    int pitch;
} Panel;

/* Every vector of weights that is loaded serves TILE positions, every input VECTORS vectors. The
 * windows of the positions begin at these places of a padded image. The inputs (s, c) of a row of a
 * window are neighbours: one loop passes over them all. */
static void run_tile(const Layer *layer, const float *const windows[TILE], Panel panel,
                     float *const outputs[TILE]) {
    const Conv2DShape *s = &layer->arrays.shape;
    const float *weights = panel.weights, *bias = layer->arrays.bias + panel.filter;
    int steps = s->kernel_size * s->channels;
    Vector sums[TILE][VECTORS];
    for (int i = 0; i < TILE; i++)
        for (int v = 0; v < VECTORS; v++)
            sums[i][v] = vector_load(bias + v * VECTOR_FLOATS);
    for (int r = 0; r < s->kernel_size; r++) {
        const float *rows[TILE];
        for (int i = 0; i < TILE; i++)
            rows[i] = windows[i] + r * padded_row(s);
        for (int step = 0; step < steps; step++, weights += panel.pitch)
#pragma GCC unroll 8
            for (int i = 0; i < TILE; i++)
#pragma GCC unroll 2
                for (int v = 0; v < VECTORS; v++)
                    sums[i][v] += rows[i][step] * vector_load(weights + v * VECTOR_FLOATS);
    }
    for (int i = 0; i < TILE; i++)
        for (int v = 0; v < VECTORS; v++)
            vector_store(outputs[i] + v * VECTOR_FLOATS, sums[i][v]);
}

/* All positions of an image, tile by tile, for the filters of one panel. The last tile repeats the
 * last position where too few are left. */
static void run_image(const Layer *layer, int image, const float *padded, Panel panel) {
    const Conv2DShape *s = &layer->arrays.shape;
    int positions = s->out_height * s->out_width;
    float *outputs = layer->arrays.outputs + (size_t)image * positions * s->filters + panel.filter;
    for (int first = 0; first < positions; first += TILE) {
        const float *windows[TILE];
        float *to[TILE];
        for (int i = 0; i < TILE; i++) {
            int at = first + i < positions ? first + i : positions - 1;
            int y = at / s->out_width, x = at % s->out_width;
            windows[i] = padded + y * padded_row(s) + (size_t)x * s->channels;
            to[i] = outputs + (size_t)at * s->filters;
        }
        run_tile(layer, windows, panel, to);
    }
}

/* Panel by panel: its weights serve the whole batch before the next panel's turn. */
static void run_batch(const Layer *layer, Panel (*panel_at)(const Layer *layer, int filter)) {
    const Conv2DShape *s = &layer->arrays.shape;
    for (int n = 0; n < s->batch; n++)
        copy_padded(layer, n, layer->padded + n * padded_floats(s));
    for (int k = 0; k < s->filters; k += PANEL)
        for (int n = 0; n < s->batch; n++)
            run_image(layer, n, layer->padded + n * padded_floats(s), panel_at(layer, k));
}

static Panel unpacked_panel(const Layer *layer, int filter) {
    return (Panel){filter, layer->arrays.kernel + filter, layer->arrays.shape.filters};
}

static void register_tile(const Layer *layer) {
    run_batch(layer, unpacked_panel);
}

/* ---- rung 3: the weights are packed in panels ---- */

/* Products of an output: (r, s, c). */
static size_t steps_of(const Conv2DShape *s) {
    return (size_t)s->kernel_size * s->kernel_size * s->channels;
}

static Panel packed_panel(const Layer *layer, int filter) {
    return (Panel){filter, layer->panels + filter * steps_of(&layer->arrays.shape), PANEL};
}

/* In the order in which tiles read them: a panel is one stretch of memory. */
static void pack_panels(const Layer *layer) {
    const Conv2DShape *s = &layer->arrays.shape;
#pragma omp parallel for
    for (int k = 0; k < s->filters; k += PANEL) {
        const float *from = layer->arrays.kernel + k;
        float *to = layer->panels + k * steps_of(s);
        for (size_t step = 0; step < steps_of(s); step++, from += s->filters, to += PANEL)
            memcpy(to, from, PANEL * sizeof *to);
    }
}

static void packed_weights(const Layer *layer) {
    pack_panels(layer);
    run_batch(layer, packed_panel);
}

/* ---- rungs 4 and 5: chunks that stay in a cache, then shared out to threads ---- */

/* A chunk is one image here. Its padded copy, the slab, meets all panels while a cache holds it;
 * each thread has one slab for all its chunks. */
static void chunks(const Layer *layer) {
    const Conv2DShape *s = &layer->arrays.shape;
    pack_panels(layer);
#pragma omp parallel for
    for (int n = 0; n < s->batch; n++) {
        float *slab = layer->padded + omp_get_thread_num() * padded_floats(s);
        copy_padded(layer, n, slab);
        for (int k = 0; k < s->filters; k += PANEL)
            run_image(layer, n, slab, packed_panel(layer, k));
    }
}

/* ---- rungs 6 and 7: the library's ---- */

static void library(const Layer *layer) {
    conv_passes[CONV_FORWARD].work((void *)&layer->arrays);
}

/* Winograd's method wants whole vectors of channels: with one channel less the library takes its
 * direct method. In a build without vectors (SIMD=scalar) any number is whole. */
enum { DIRECT_CHANNELS = CHANNELS - 1, HAS_DIRECT = VECTOR_FLOATS > 1 };

static const struct Rung {
    const char *name;
    void (*run)(const Layer *layer);
    bool is_direct, all_threads;
} rungs[] = {
    {"0 textbook loops", textbook_loops, false, false},
    {"1 filters innermost", filters_innermost, false, false},
    {"2 register tile", register_tile, false, false},
    {"3 packed weights", packed_weights, false, false},
    {"4 chunks", chunks, false, false},
    {"5 threads", chunks, false, true},
    {"6 library, direct", library, true, true},
    {"7 library, Winograd", library, false, true},
};

/* ---- check and benchmark ---- */

static float *array_new(size_t count) {
    return memory_new(count, sizeof(float));
}

static Layer layer_new(int channels, int batch) {
    const Conv2DShape shape = {.batch = batch,
                               .in_height = SIZE,
                               .in_width = SIZE,
                               .channels = channels,
                               .out_height = SIZE,
                               .out_width = SIZE,
                               .filters = FILTERS,
                               .kernel_size = KERNEL_SIZE,
                               .strides = 1,
                               .pad_top = KERNEL_SIZE / 2,
                               .pad_left = KERNEL_SIZE / 2};
    int threads = omp_get_max_threads(), images = batch > threads ? batch : threads;
    Layer layer = {.arrays = conv_arrays_new(&shape, false, 1),
                   .padded = array_new(images * padded_floats(&shape)),
                   .panels = array_new(steps_of(&shape) * FILTERS)};
    size_t outputs = layer.arrays.num_outputs;
    layer.reference = array_new(outputs);
    textbook_loops(&layer);
    memcpy(layer.reference, layer.arrays.outputs, outputs * sizeof *layer.reference);
    return layer;
}

static void layer_free(Layer *layer) {
    conv_arrays_free(&layer->arrays);
    free(layer->reference);
    free(layer->padded);
    free(layer->panels);
}

/* A rung and the layer that it runs on. */
typedef struct Run {
    const struct Rung *rung;
    const Layer *layer;
} Run;

static void run(void *context) {
    const Run *r = context;
    r->rung->run(r->layer);
}

/* How far float sums may be from double ones, relative to the largest. */
static const double tolerance = 1e-5;

static void check(Run *r) {
    const ConvArrays *arrays = &r->layer->arrays;
    memset(arrays->outputs, 0xFF, arrays->num_outputs * sizeof(float)); /* NaN */
    run(r);
    double difference =
        relative_difference(arrays->outputs, r->layer->reference, arrays->num_outputs);
    require(difference <= tolerance,
            "ladder, rung %s: outputs differ from the textbook loops' by %g of the largest, %g is "
            "allowed",
            r->rung->name, difference, tolerance);
}

/* GFLOP/s of a checked rung. */
static double measure_rung(const Bench *bench, Run *r) {
    /* Each call of the textbook loops takes seconds. */
    Effort effort = r->rung->run == textbook_loops ? (Effort){1, 0} : bench->effort;
    omp_set_num_threads(r->rung->all_threads ? bench->machine.threads : 1);
    check(r);
    double seconds = measure(effort, run, r);
    omp_set_num_threads(bench->machine.threads);
    return conv_operations(&r->layer->arrays.shape) / seconds * 1e-9;
}

static void report_rung(const Bench *bench, const struct Rung *rung, double speed, double before,
                        Table *table) {
    double peak = rung->all_threads ? bench->machine.peak : bench->machine.peak_of_one;
    char factor[16] = "", threads[16];
    if (before > 0)
        snprintf(factor, sizeof factor, "%.2f", speed / before);
    snprintf(threads, sizeof threads, "%d", rung->all_threads ? bench->machine.threads : 1);
    table_row(table, "%s | %s | %.1f | %.1f | %s", rung->name, threads, speed, 100 * speed / peak,
              factor);
    report_add(bench->report, (Measurement){.group = "ladder",
                                            .name = rung->name,
                                            .pass = threads,
                                            .value = speed,
                                            .unit = "GFLOP/s",
                                            .ratio = speed / peak,
                                            .ratio_to = "peak"});
}

void bench_ladder(const Bench *bench) {
    int batch = bench->quick ? QUICK_BATCH : BATCH;
    printf("\nA ladder of convolutions: %d images of %dx%dx%d, %dx%d, to %d filters.\n", batch,
           SIZE, SIZE, CHANNELS, KERNEL_SIZE, KERNEL_SIZE, FILTERS);
    Layer layer = layer_new(CHANNELS, batch), direct = layer_new(DIRECT_CHANNELS, batch);
    Table *table = table_new("rung | threads | GFLOP/s | % of peak | times the rung before");
    double before = 0;
    for (size_t i = 0; i < sizeof rungs / sizeof rungs[0]; i++) {
        if (rungs[i].is_direct && !HAS_DIRECT)
            continue;
        double speed =
            measure_rung(bench, &(Run){&rungs[i], rungs[i].is_direct ? &direct : &layer});
        report_rung(bench, &rungs[i], speed, before, table);
        before = speed;
    }
    table_print(table);
    layer_free(&layer);
    layer_free(&direct);
}
