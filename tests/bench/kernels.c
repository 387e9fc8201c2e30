/* Convolutions, layer by layer, as a compiled training graph runs them: reading through a batch
 * norm and ReLU where the graph does. */
#include "kernels/conv2d.h"
#include "models.h"
#include "sections.h"

#include "base/memory.h"
#include "show/table.h"

#include <omp.h>
#include <stdlib.h>

static const Setting settings[] = {
    {.layers = 20, .size = 28, .channels = 1, .classes = 10, .batch = 32},
    {.layers = 18, .size = 28, .channels = 1, .classes = 10, .batch = 32},
    {.layers = 18, .size = 96, .channels = 1, .classes = 10, .batch = 32},
    {.layers = 18, .size = 224, .channels = 3, .classes = 1000, .batch = 32},
    {.layers = 50, .size = 224, .channels = 3, .classes = 1000, .batch = 32},
};
enum { QUICK_SETTINGS = 2 };

static const double target = 0.85; /* of the peak */

typedef struct ConvArrays {
    const Conv2DShape *shape;
    Conv2DPrologue prologue;
    float *inputs, *kernel, *bias, *scale, *shift, *outputs; /* or their gradients */
    void *workspace;
} ConvArrays;

static ConvArrays arrays_new(const ConvLayer *layer) {
    const Conv2DShape *s = &layer->shape;
    ConvArrays arrays = {
        .shape = s,
        .inputs = random_array((size_t)s->batch * s->in_height * s->in_width * s->channels),
        .outputs = random_array((size_t)s->batch * s->out_height * s->out_width * s->filters),
        .kernel = random_array((size_t)s->kernel_size * s->kernel_size * s->channels * s->filters),
        .bias = random_array((size_t)s->filters),
        .scale = random_array((size_t)s->channels),
        .shift = random_array((size_t)s->channels),
        .workspace = memory_new(conv2d_workspace(s, omp_get_max_threads()), 1)};
    if (layer->activates)
        arrays.prologue = (Conv2DPrologue){arrays.scale, arrays.shift};
    return arrays;
}

static void arrays_free(ConvArrays *arrays) {
    free(arrays->inputs);
    free(arrays->outputs);
    free(arrays->kernel);
    free(arrays->bias);
    free(arrays->scale);
    free(arrays->shift);
    free(arrays->workspace);
}

static void forward(void *context) {
    const ConvArrays *a = context;
    conv2d_forward(a->shape, a->prologue, a->inputs, a->kernel, a->bias, NULL, a->outputs,
                   a->workspace);
}

static void backward_inputs(void *context) {
    const ConvArrays *a = context;
    conv2d_backward_inputs(a->shape, a->outputs, a->kernel, false, a->inputs, a->workspace);
}

static void backward_kernel(void *context) {
    const ConvArrays *a = context;
    conv2d_backward_kernel(a->shape, a->prologue, a->inputs, a->outputs, a->kernel, a->bias,
                           a->workspace);
}

enum { FORWARD, BACKWARD_INPUTS, BACKWARD_KERNEL, PASSES };
static const struct {
    const char *name;
    Work *work;
} passes[PASSES] = {[FORWARD] = {"forward", forward},
                    [BACKWARD_INPUTS] = {"backward-inputs", backward_inputs},
                    [BACKWARD_KERNEL] = {"backward-kernel", backward_kernel}};

static double operations(const Conv2DShape *s) {
    return 2.0 * s->batch * s->out_height * s->out_width * s->filters * s->kernel_size *
           s->kernel_size * s->channels;
}

/* Of the inputs, the kernel and the outputs, each once. */
static double bytes(const Conv2DShape *s) {
    double inputs = (double)s->in_height * s->in_width * s->channels * s->batch;
    double outputs = (double)s->out_height * s->out_width * s->filters * s->batch;
    double kernel = (double)s->kernel_size * s->kernel_size * s->channels * s->filters;
    return sizeof(float) * (inputs + kernel + outputs);
}

/* The part of the peak that the memory's bandwidth leaves to arrays that are in no cache. */
static double roof(const Machine *machine, const Conv2DShape *shape) {
    double limit = machine->memory.copy * operations(shape) / bytes(shape) / machine->peak;
    return limit < 1 ? limit : 1;
}

typedef struct Tally {
    int measured, reached;
} Tally;

static void measure_layer(const Bench *bench, const char *model, const ConvLayer *layer,
                          Table *table, Tally *tally) {
    const Conv2DShape *s = &layer->shape;
    char shape[SETTING_TEXT], cells[PASSES][2 * SETTING_TEXT];
    snprintf(shape, sizeof shape, "%dx%dx%d %dx%d/%d to %d", s->in_height, s->in_width, s->channels,
             s->kernel_size, s->kernel_size, s->strides, s->filters);
    ConvArrays arrays = arrays_new(layer);
    for (int i = 0; i < PASSES; i++) {
        if (i == BACKWARD_INPUTS && !layer->reads_gradient) {
            snprintf(cells[i], sizeof cells[i], " | ");
            continue;
        }
        double speed = operations(s) / measure(bench->effort, passes[i].work, &arrays) * 1e-9;
        double ratio = speed / bench->machine.peak;
        tally->measured++;
        tally->reached += ratio >= target;
        snprintf(cells[i], sizeof cells[i], "%.0f | %.0f", speed, 100 * ratio);
        report_add(bench->report, (Measurement){.group = "kernel",
                                                .name = model,
                                                .shape = shape,
                                                .pass = passes[i].name,
                                                .value = speed,
                                                .unit = "GFLOP/s",
                                                .ratio = ratio,
                                                .ratio_to = "peak",
                                                .target = target,
                                                .flops_per_byte = operations(s) / bytes(s)});
    }
    arrays_free(&arrays);
    table_row(table, "%s | %s | %d | %s | %s | %s | %.0f", layer->name, shape, layer->times,
              cells[FORWARD], cells[BACKWARD_INPUTS], cells[BACKWARD_KERNEL],
              100 * roof(&bench->machine, s));
}

static void bench_model(const Bench *bench, const Setting *setting) {
    char model[SETTING_TEXT], shape[SETTING_TEXT], name[3 * SETTING_TEXT];
    snprintf(name, sizeof name, "%s %s", setting_model(setting, model),
             setting_shape(setting, shape));
    Params *params = params_new(1);
    Graph *graph = setting_record(setting, params);
    ConvLayer layers[MAX_CONV_LAYERS];
    int count = list_convolutions(graph, layers);
    Table *table = table_new("convolution | shape | times | forward | % | backward-inputs | % | "
                             "backward-kernel | % | roof %");
    Tally tally = {0};
    for (int i = 0; i < count; i++)
        measure_layer(bench, name, &layers[i], table, &tally);
    printf("\n%s: GFLOP/s and %% of the peak\n", name);
    table_print(table);
    printf("  %d of %d at %.0f %% of the peak or more (target: all)\n", tally.reached,
           tally.measured, 100 * target);
    graph_free(graph);
    params_free(params);
}

void bench_kernels(const Bench *bench) {
    puts(
        "\nConvolutions. Multiplications are those of the plain algorithm; where kernels leave out "
        "some,\nas those of taps that see padding alone, they can pass the peak. Roof: what the "
        "memory's\nbandwidth would leave of the peak if no array were in a cache.");
    int count = bench->quick ? QUICK_SETTINGS : (int)(sizeof settings / sizeof settings[0]);
    for (int i = 0; i < count; i++)
        bench_model(bench, &settings[i]);
    double peak = peak_measure(bench->effort, bench->machine.threads);
    printf("\npeak after the kernels: %.0f GFLOP/s (before: %.0f)\n", peak, bench->machine.peak);
    report_add(bench->report, (Measurement){.group = "machine",
                                            .name = "multiply-adds after the kernels",
                                            .value = peak,
                                            .unit = "GFLOP/s"});
}
