/* Convolutions, layer by layer, as a compiled training graph runs them: reading through a batch
 * norm and ReLU where the graph does. */
#include "02_custom_conv/conv_arrays.h"
#include "kernels/simd.h"
#include "models.h"
#include "sections.h"

#include "show/table.h"

static const Setting settings[] = {
    {.layers = 20, .size = 28, .channels = 1, .classes = 10, .batch = 32},
    {.layers = 18, .size = 28, .channels = 1, .classes = 10, .batch = 32},
    {.layers = 20, .size = 28, .channels = 1, .classes = 10, .batch = 128},
    {.layers = 18, .size = 28, .channels = 1, .classes = 10, .batch = 128},
    {.layers = 18, .size = 96, .channels = 1, .classes = 10, .batch = 32},
    {.layers = 18, .size = 224, .channels = 3, .classes = 1000, .batch = 32},
    {.layers = 50, .size = 224, .channels = 3, .classes = 1000, .batch = 32},
};
enum { QUICK_SETTINGS = 2 };

/* For vectors of 16 and of 8 floats; narrower ones have none. */
const double kernels_target = VECTOR_FLOATS == 16 ? 0.85 : VECTOR_FLOATS == 8 ? 0.8 : 0;

/* A layer and the part of the peak that each pass reached; 0 where there is no such pass. */
typedef struct Result {
    char shape[SETTING_TEXT];
    double speed[CONV_PASSES], ratio[CONV_PASSES];
    double roof;
    const char *limit;
} Result;

/* Of the inputs, the kernel and the outputs, each once. */
static double bytes(const Conv2DShape *s) {
    double inputs = (double)s->in_height * s->in_width * s->channels * s->batch;
    double outputs = (double)s->out_height * s->out_width * s->filters * s->batch;
    double kernel = (double)s->kernel_size * s->kernel_size * s->channels * s->filters;
    return sizeof(float) * (inputs + kernel + outputs);
}

/* The part of the peak that the memory's bandwidth leaves to arrays that are in no cache. */
static double roof(const Machine *machine, const Conv2DShape *shape) {
    double limit = machine->memory.copy * conv_operations(shape) / bytes(shape) / machine->peak;
    return limit < 1 ? limit : 1;
}

/* What keeps a layer from the target, if that is not the kernel. */
static const char *limit_of(const Conv2DShape *shape, double roof) {
    if (roof < kernels_target)
        return "bytes";
    if (shape->channels == 1)
        return "one channel";
    return shape->out_height * shape->out_width == 1 ? "1x1 map" : "";
}

static Result measure_layer(const Bench *bench, const ConvLayer *layer) {
    const Conv2DShape *s = &layer->shape;
    Result result = {.roof = roof(&bench->machine, s)};
    result.limit = limit_of(s, result.roof);
    snprintf(result.shape, sizeof result.shape, "%dx%dx%d %dx%d/%d to %d", s->in_height,
             s->in_width, s->channels, s->kernel_size, s->kernel_size, s->strides, s->filters);
    ConvArrays arrays = conv_arrays_new(s, layer->activates, 1);
    for (int i = 0; i < CONV_PASSES; i++) {
        if (i == CONV_BACKWARD_INPUTS && !layer->reads_gradient)
            continue;
        double seconds = measure(bench->effort, conv_passes[i].work, &arrays);
        result.speed[i] = conv_operations(s) / seconds * 1e-9;
        result.ratio[i] = result.speed[i] / bench->machine.peak;
    }
    conv_arrays_free(&arrays);
    return result;
}

static void report_result(const Bench *bench, const char *model, const ConvLayer *layer,
                          const Result *result) {
    for (int i = 0; i < CONV_PASSES; i++)
        if (result->ratio[i] > 0)
            report_add(bench->report,
                       (Measurement){.group = "kernel",
                                     .name = model,
                                     .shape = result->shape,
                                     .pass = conv_passes[i].name,
                                     .value = result->speed[i],
                                     .unit = "GFLOP/s",
                                     .ratio = result->ratio[i],
                                     .ratio_to = "peak",
                                     .target = kernels_target,
                                     .flops_per_byte =
                                         conv_operations(&layer->shape) / bytes(&layer->shape)});
}

static void print_row(Table *table, const ConvLayer *layer, const Result *result) {
    char cells[CONV_PASSES][2 * SETTING_TEXT];
    for (int i = 0; i < CONV_PASSES; i++)
        if (result->ratio[i] > 0)
            snprintf(cells[i], sizeof cells[i], "%.0f | %.0f", result->speed[i],
                     100 * result->ratio[i]);
        else
            snprintf(cells[i], sizeof cells[i], " | ");
    table_row(table, "%s | %s | %d | %s | %s | %s | %.0f | %s", layer->name, result->shape,
              layer->times, cells[CONV_FORWARD], cells[CONV_BACKWARD_INPUTS],
              cells[CONV_BACKWARD_KERNEL], 100 * result->roof, result->limit);
}

static bool falls_short(const Result *result) {
    for (int i = 0; i < CONV_PASSES; i++)
        if (result->ratio[i] > 0 && result->ratio[i] < kernels_target)
            return true;
    return false;
}

/* Of the model of that name; NULL: of all. */
static void print_tally(const Report *report, const char *model) {
    if (kernels_target == 0)
        return;
    printf("  at %.0f %% of the peak or more (target: all):", 100 * kernels_target);
    for (int i = 0; i < CONV_PASSES; i++) {
        Tally tally = report_tally(report, "kernel", model, conv_passes[i].name);
        printf(" %s %d of %d%s", conv_passes[i].name, tally.reached, tally.measured,
               i < CONV_PASSES - 1 ? "," : "\n");
    }
}

/* The layers that fall short and have a limit of their own. */
static void print_limited(const Result *results, int count) {
    const char *before = "  short of it by a limit of their own: ";
    for (int i = 0; i < count; i++)
        if (falls_short(&results[i]) && *results[i].limit) {
            printf("%s%s (%s)", before, results[i].shape, results[i].limit);
            before = ",\n    ";
        }
    if (*before == ',')
        putchar('\n');
}

static void bench_model(const Bench *bench, const Setting *setting) {
    char model[SETTING_TEXT], shape[SETTING_TEXT], name[3 * SETTING_TEXT];
    snprintf(name, sizeof name, "%s %s", setting_model(setting, model),
             setting_shape(setting, shape));
    ConvLayer layers[MAX_CONV_LAYERS];
    Result results[MAX_CONV_LAYERS];
    int count = list_convolutions(setting, layers);
    Table *table = table_new("convolution | shape | times | forward | % | backward-inputs | % | "
                             "backward-kernel | % | roof % | limit");
    for (int i = 0; i < count; i++) {
        results[i] = measure_layer(bench, &layers[i]);
        report_result(bench, name, &layers[i], &results[i]);
        print_row(table, &layers[i], &results[i]);
    }
    printf("\n%s: GFLOP/s and %% of the peak\n", name);
    table_print(table);
    print_tally(bench->report, name);
    print_limited(results, count);
}

static const char introduction[] =
    "\nConvolutions. Operations are those of the plain algorithm; kernels that leave some out, by\n"
    "Winograd's form or where taps see padding alone, can pass the peak. Roof: what the memory's\n"
    "bandwidth would leave of the peak if no array were in a cache. Limit: what else than the\n"
    "kernel is in the way: bytes, where that roof is below the target; one channel, or maps of\n"
    "one pixel, where there is little to do at once.";

void bench_kernels(const Bench *bench) {
    puts(introduction);
    int count = bench->quick ? QUICK_SETTINGS : (int)(sizeof settings / sizeof settings[0]);
    for (int i = 0; i < count; i++)
        bench_model(bench, &settings[i]);
    double peak = peak_measure(bench->effort, bench->machine.threads);
    printf("\nAll %d models.\n", count);
    print_tally(bench->report, NULL);
    printf("  peak after the kernels: %.0f GFLOP/s (before: %.0f)\n", peak, bench->machine.peak);
    report_add(bench->report, (Measurement){.group = "machine",
                                            .name = "multiply-adds after the kernels",
                                            .value = peak,
                                            .unit = "GFLOP/s"});
}
