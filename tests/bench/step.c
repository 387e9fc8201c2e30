#include "step.h"

#include "base/clock.h"
#include "base/communicator.h"
#include "base/error.h"
#include "base/integers.h"
#include "base/measure.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/output_file.h"
#include "export/onnx.h"
#include "graph/operation.h"
#include "models/resnet.h"
#include "training/network.h"
#include "training/optimizer.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_EXCHANGES = 512 };

typedef struct Exchange {
    int partner;
    size_t sent_bytes, received_bytes;
} Exchange;

/* Exchanges as they are; how long those of the last steps took, and what they were. */
typedef struct Exchanges {
    const Communicator *processes;
    Communicator timed;
    double seconds;
    Exchange list[MAX_EXCHANGES];
    int count;
} Exchanges;

typedef struct Step {
    Exchanges *exchanges;
    bool is_training;
    const char *files; /* where to export to; NULL: nowhere */
    ResNetModel model;
    NetworkOptions options;
    Network network;
    Optimizer *optimizer;
    float *images, *labels, *logits;
    double bytes_before;
} Step;

static void timed_exchange(const Communicator *communicator, int partner, size_t sent_bytes,
                           const void *sent, size_t received_bytes, void *received) {
    Exchanges *exchanges = communicator->context;
    double start = clock_seconds();
    exchanges->processes->exchange(exchanges->processes, partner, sent_bytes, sent, received_bytes,
                                   received);
    exchanges->seconds += clock_seconds() - start;
    if (exchanges->count < MAX_EXCHANGES)
        exchanges->list[exchanges->count++] = (Exchange){partner, sent_bytes, received_bytes};
}

static void join(Exchanges *exchanges, int *count, char ***arguments) {
    exchanges->processes = communicator_start(count, arguments);
    exchanges->timed = *exchanges->processes;
    exchanges->timed.exchange = timed_exchange;
    exchanges->timed.context = exchanges;
}

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

enum { LAYERS = 1, SIZE, CHANNELS, CLASSES, BATCH, THREADS, FORMAT, MODE, FILES };

typedef enum Mode { INFER, TRAIN, GHOST, EXPORT } Mode;

static int whole_number(char **arguments, int index) {
    static const char *const names[] = {"",        "LAYERS", "SIZE",   "CHANNELS",
                                        "CLASSES", "BATCH",  "THREADS"};
    return (int)option_integer(names[index], arguments[index], 1, INT32_MAX);
}

static Step step_new(char **arguments, Exchanges *exchanges) {
    static const char *const modes[] = {"infer", "train", "ghost", "export", NULL};
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
    int processes = exchanges->timed.size;
    Step step = {.exchanges = exchanges,
                 .is_training = mode == TRAIN || mode == GHOST,
                 .files = mode == EXPORT ? arguments[FILES] : NULL,
                 .model = resnet_model(whole_number(arguments, LAYERS), classes, format),
                 .options = {.record = resnet_record,
                             .batch = whole_number(arguments, BATCH) / processes,
                             .height = size,
                             .width = size,
                             .channels = whole_number(arguments, CHANNELS),
                             .graph = {.data_format = format, .ghost = mode == GHOST}}};
    if (processes > 1)
        step.options.graph.groups.communicator = &exchanges->timed;
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
    if (step->exchanges->timed.size > 1)
        communicator_barrier(step->exchanges->processes);
    step->exchanges->seconds = 0;
    step->exchanges->count = 0;
    double start = clock_seconds();
    for (int i = 0; i < count; i++)
        run_step(step);
    return (clock_seconds() - start) / count;
}

/* The exchanges of one step with no computing between, so that nobody waits for a slower one. */
static double exchange_alone(const Step *step, int count) {
    run_steps(step, 1);
    const Exchanges *exchanges = step->exchanges;
    size_t most = 0;
    for (int i = 0; i < exchanges->count; i++)
        most = max_size(most,
                        max_size(exchanges->list[i].sent_bytes, exchanges->list[i].received_bytes));
    char *sent = memory_new(most + 1, 1), *received = memory_new(most + 1, 1);
    double start = clock_seconds();
    for (int i = 0; i < count * exchanges->count; i++) {
        const Exchange *each = &exchanges->list[i % exchanges->count];
        exchanges->processes->exchange(exchanges->processes, each->partner, each->sent_bytes, sent,
                                       each->received_bytes, received);
    }
    double seconds = clock_seconds() - start;
    free(sent);
    free(received);
    return seconds / count;
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
    if (sscanf(question, "run %d", &count) == 1) {
        double seconds = run_steps(step, count);
        printf("%.9f %.9f\n", seconds, step->exchanges->seconds / count);
    } else if (sscanf(question, "exchange %d", &count) == 1)
        printf("%.9f\n", exchange_alone(step, count));
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
    onnx_write(arena_printf(arena, "%s.onnx", step->files),
               resnet_record(options->model, images, false),
               (OnnxOptions){.name = step->model.name});
    graph_free(graph);
    run_step(step);
    write_floats(arena_printf(arena, "%s.inputs", step->files), step->images,
                 shape_count(step->network.images->shape));
    write_floats(arena_printf(arena, "%s.logits", step->files), step->logits,
                 shape_count(step->network.logits->shape));
    arena_free(arena);
}

enum { QUESTION_TEXT = 64 };

/* Process number 0 reads it, all get it. False: there are no more. */
static bool next_question(const Communicator *processes, char question[QUESTION_TEXT]) {
    double letters[QUESTION_TEXT] = {0}, received[QUESTION_TEXT];
    if (processes->rank == 0 && fgets(question, QUESTION_TEXT, stdin))
        for (size_t i = 0; i < strlen(question); i++)
            letters[i] = question[i];
    communicator_combine(processes, QUESTION_TEXT, letters, received, combine_sums);
    for (int i = 0; i < QUESTION_TEXT; i++)
        question[i] = (char)letters[i];
    return question[0] != '\0';
}

static void answer_all(const Step *step) {
    char question[QUESTION_TEXT];
    while (next_question(step->exchanges->processes, question)) {
        answer(step, question);
        fflush(stdout);
    }
}

int step_main(int count, char **arguments) {
    require(count == FILES || count == FILES + 1,
            "step: %d arguments, %d or %d are needed; see step.h", count - 1, FILES - 1, FILES);
    Exchanges exchanges = {0};
    join(&exchanges, &count, &arguments);
    Step step = step_new(arguments, &exchanges);
    step.options.model = &step.model;
    reset_peak();
    step.bytes_before = process_bytes("VmRSS");
    Params *params = params_new(1);
    step.network = network_new(params, step.options);
    step.optimizer = optimizer_new(params, 0, NULL);
    if (step.options.graph.groups.communicator)
        optimizer_share(step.optimizer, &exchanges.timed);
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
    communicator_end();
    return 0;
}
