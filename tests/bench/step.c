#include "step.h"

#include "02_custom_conv/measure.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/output_file.h"
#include "export/onnx.h"
#include "graph/operation.h"
#include "models/resnet.h"
#include "training/network.h"
#include "training/sgd.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Step {
    bool is_training;
    const char *files; /* where to export to; NULL: nowhere */
    ResNetModel model;
    NetworkOptions options;
    Network network;
    Optimizer *optimizer;
    float *images, *labels, *logits;
    double bytes_before;
} Step;

/* "VmRSS" is what the process holds, "VmHWM" the most it held since that was reset; in bytes. */
static double process_bytes(const char *what) {
    FILE *file = fopen("/proc/self/status", "r");
    if (!file)
        return 0;
    char line[256];
    double kilobytes = 0;
    while (fgets(line, sizeof line, file))
        if (strncmp(line, what, strlen(what)) == 0)
            kilobytes = strtod(line + strlen(what) + 1, NULL);
    fclose(file);
    return 1024 * kilobytes;
}

static void reset_peak(void) {
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (!file)
        return;
    fputs("5", file);
    fclose(file);
}

static Tensor *record(const void *model, Tensor *images, bool is_training) {
    return model_layers(model, images, is_training);
}

enum { LAYERS = 1, SIZE, CHANNELS, CLASSES, BATCH, THREADS, FORMAT, MODE, FILES };

typedef enum Mode { INFER, TRAIN, EXPORT } Mode;

static int whole_number(char **arguments, int index) {
    static const char *const names[] = {"",        "LAYERS", "SIZE",   "CHANNELS",
                                        "CLASSES", "BATCH",  "THREADS"};
    return (int)option_integer(names[index], arguments[index], 1, INT32_MAX);
}

static Step step_new(char **arguments) {
    static const char *const modes[] = {"infer", "train", "export", NULL};
    Mode mode = (Mode)option_choice("MODE", arguments[MODE], modes);
    int threads = whole_number(arguments, THREADS);
    require(threads <= omp_get_num_procs(),
            "step: %d threads on %d processors; unset OMP_PROC_BIND, which binds this process to "
            "one, or ask for fewer --threads",
            threads, omp_get_num_procs());
    omp_set_num_threads(threads);
    DataFormat format = (DataFormat)option_choice("FORMAT", arguments[FORMAT], data_format_names);
    int size = whole_number(arguments, SIZE), classes = whole_number(arguments, CLASSES);
    require(mode != EXPORT || (format == CHANNELS_FIRST && arguments[FILES]),
            "step: export needs channels_first and FILES; see step.h");
    Step step = {.is_training = mode == TRAIN,
                 .files = mode == EXPORT ? arguments[FILES] : NULL,
                 .model = resnet_model(whole_number(arguments, LAYERS), classes, format),
                 .options = {.record = record,
                             .batch = whole_number(arguments, BATCH),
                             .height = size,
                             .width = size,
                             .channels = whole_number(arguments, CHANNELS),
                             .graph = {.data_format = format}}};
    step.options.is_training = step.is_training;
    /* Of many images at a time, packing is a hundredth of the work. */
    step.options.graph.constant_parameters = !step.is_training && step.options.batch == 1;
    size_t batch = (size_t)step.options.batch;
    Random random = random_stream(1, 0);
    step.images = random_array(&random, batch * step.options.channels * size * size);
    step.labels = memory_new(batch, sizeof(float));
    for (size_t i = 0; i < batch; i++)
        step.labels[i] = (float)(i % (size_t)classes);
    step.logits = memory_new(batch * (size_t)classes, sizeof(float));
    return step;
}

static void run_step(const Step *step) {
    const Network *network = &step->network;
    if (step->is_training) {
        train_step(network, step->optimizer, (SgdOptions){.learning_rate = 1e-3F, .momentum = 0.9F},
                   step->images, step->labels);
        return;
    }
    tensor_write(network->images, step->images);
    graph_forward(network->graph);
    tensor_read(network->logits, step->logits);
}

static double run_steps(const Step *step, int count) {
    double start = clock_seconds();
    for (int i = 0; i < count; i++)
        run_step(step);
    return (clock_seconds() - start) / count;
}

static void profile(const Step *step, int count) {
    Graph *graph = step->network.graph;
    graph->profile = true;
    double seconds = run_steps(step, count);
    graph->profile = false;
    for (int i = 0; i < graph->count; i++) {
        Tensor *tensor = graph->tensors[i];
        if (tensor->forward_seconds + tensor->backward_seconds > 0)
            printf("%s %.9f %.9f\n", tensor->operation->name, tensor->forward_seconds / count,
                   tensor->backward_seconds / count);
        tensor->forward_seconds = tensor->backward_seconds = 0;
    }
    printf("step %.9f 0\n", seconds);
}

static void answer(const Step *step, const char *question) {
    int count = 0;
    if (sscanf(question, "run %d", &count) == 1)
        printf("%.9f\n", run_steps(step, count));
    else if (sscanf(question, "profile %d", &count) == 1)
        profile(step, count);
    else if (strncmp(question, "memory", strlen("memory")) == 0)
        printf("%.0f %zu\n", process_bytes("VmHWM") - step->bytes_before,
               graph_memory(step->network.graph));
    else
        die("step: the question '%s' is unknown; see step.h", question);
}

static void write_floats(const char *path, const float *values, size_t count) {
    OutputFile *file = output_open(path);
    fwrite(values, sizeof *values, count, output_stream(file));
    output_commit(file);
}

static void export(const Step *step, Params *params) {
    const NetworkOptions *options = &step->options;
    Arena *arena = arena_new();
    Graph *graph = graph_new(params, options->graph);
    Tensor *images = graph_input(graph, "images", step->network.images->shape);
    onnx_write(arena_printf(arena, "%s.onnx", step->files), record(options->model, images, false),
               (OnnxOptions){.name = step->model.name});
    graph_free(graph);
    run_step(step);
    write_floats(arena_printf(arena, "%s.inputs", step->files), step->images,
                 shape_count(step->network.images->shape));
    write_floats(arena_printf(arena, "%s.logits", step->files), step->logits,
                 shape_count(step->network.logits->shape));
    arena_free(arena);
}

static void answer_all(const Step *step) {
    char question[64];
    while (fgets(question, sizeof question, stdin)) {
        answer(step, question);
        fflush(stdout);
    }
}

int step_main(int count, char **arguments) {
    require(count == FILES || count == FILES + 1,
            "step: %d arguments, %d or %d are needed; see step.h", count - 1, FILES - 1, FILES);
    Step step = step_new(arguments);
    step.options.model = &step.model;
    reset_peak();
    step.bytes_before = process_bytes("VmRSS");
    Params *params = params_new(1);
    step.network = network_new(params, step.options);
    step.optimizer = optimizer_new(params, 0, NULL);
    if (step.files)
        export(&step, params);
    printf("ready %zu\n", params_trainable_count(params));
    fflush(stdout);
    if (!step.files)
        answer_all(&step);
    optimizer_free(step.optimizer);
    network_free(&step.network);
    params_free(params);
    free(step.images);
    free(step.labels);
    free(step.logits);
    return 0;
}
