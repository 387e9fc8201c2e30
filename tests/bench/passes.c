/* The passes over memory of a training step: what the graph has beside its convolutions. Bytes are
 * those of the arrays that a pass must read and write, however it does it. */
#include "sections.h"

#include "base/memory.h"
#include "kernels/batch_norm.h"
#include "kernels/elementwise.h"
#include "kernels/pool.h"
#include "layers/nodes.h"
#include "models.h"
#include "show/table.h"
#include "training/optimizer.h"

#include <stdlib.h>
#include <string.h>

static const Setting settings[] = {
    {.layers = 20, .size = 28, .channels = 1, .classes = 10, .batch = 128},
    {.layers = 18, .size = 28, .channels = 1, .classes = 10, .batch = 128},
    {.layers = 18, .size = 96, .channels = 1, .classes = 10, .batch = 64},
};

typedef struct PassArrays {
    const Tensor *tensor;
    ChannelShape channels; /* of a batch norm */
    size_t count;          /* of an addition */
    float *inputs, *outputs, *d_inputs;
    float *per_channel[6]; /* mean, variance, scale, shift, d_gamma, d_beta */
    void *workspace;
    uint8_t *winners;
} PassArrays;

static BatchNormSize size_of(const PassArrays *a) {
    return (BatchNormSize){.positions = a->channels.count, .channels = a->channels.channels};
}

static void statistics(void *context) {
    const PassArrays *a = context;
    batch_norm_statistics(size_of(a), a->inputs, a->per_channel[0], a->per_channel[1],
                          a->workspace);
}

static void apply(void *context) {
    const PassArrays *a = context;
    batch_norm_apply(a->channels.count, a->channels.channels, true, a->inputs, a->per_channel[2],
                     a->per_channel[3], a->outputs);
}

static void normalise_backward(void *context) {
    const PassArrays *a = context;
    BatchNormSaved saved = {.is_training = true,
                            .relu = true,
                            .epsilon = 1e-3F,
                            .inputs = a->inputs,
                            .gamma = a->per_channel[2],
                            .mean = a->per_channel[0],
                            .variance = a->per_channel[1],
                            .scale = a->per_channel[2],
                            .shift = a->per_channel[3]};
    batch_norm_backward(size_of(a), &saved, a->outputs, false, a->d_inputs, a->per_channel[4],
                        a->per_channel[5], a->workspace);
}

static void max_forward(void *context) {
    const PassArrays *a = context;
    max_pool_forward(a->tensor->options, a->inputs, a->outputs, a->winners);
}

static void max_backward(void *context) {
    const PassArrays *a = context;
    max_pool_backward(a->tensor->options, a->winners, a->outputs, a->d_inputs);
}

static void average_forward(void *context) {
    const PassArrays *a = context;
    average_pool_forward(a->tensor->options, a->inputs, a->outputs);
}

static void average_backward(void *context) {
    const PassArrays *a = context;
    average_pool_backward(a->tensor->options, a->outputs, a->d_inputs);
}

static void add_arrays(void *context) {
    const PassArrays *a = context;
    add_forward(a->count, a->inputs, a->outputs, a->outputs);
}

/* Times the inputs' and the outputs' bytes that a pass moves, and which loop of the machine's has
 * the same mix of reading and writing. */
static const struct {
    const char *operation, *name;
    Work *work;
    double inputs, outputs;
    enum { READ, COPY, TRIAD } like;
} passes[] = {
    {"batch_normalization", "statistics", statistics, 1, 0, READ},
    {"batch_normalization", "apply", apply, 1, 1, COPY},
    /* twice inputs and d_outputs: all sums must be there before the first d_inputs */
    {"batch_normalization", "backward", normalise_backward, 3, 2, TRIAD},
    {"max_pooling2d", "forward", max_forward, 1, 1.25, COPY},
    {"max_pooling2d", "backward", max_backward, 1, 1.25, COPY},
    {"average_pooling2d", "forward", average_forward, 1, 1, READ},
    {"average_pooling2d", "backward", average_backward, 1, 1, COPY},
    {"global_average_pooling2d", "forward", average_forward, 1, 1, READ},
    {"global_average_pooling2d", "backward", average_backward, 1, 1, COPY},
    {"add", "forward", add_arrays, 1, 2, TRIAD},
};

typedef struct PassResult {
    double seconds, bytes;
    int like;
} PassResult;

static void add_result(const Bench *bench, Table *table, const char *model, const char *shape,
                       const char *name, PassResult result) {
    const Bandwidth *memory = &bench->machine.memory;
    double limit = result.like == READ   ? memory->read
                   : result.like == COPY ? memory->copy
                                         : memory->triad;
    double speed = result.bytes / result.seconds * 1e-9;
    static const char *const likes[] = {"read", "copy", "triad"};
    table_row(table, "%s | %s | %.1f | %.3f | %.1f | %.0f | %s", name, shape, result.bytes * 1e-6,
              1e3 * result.seconds, speed, 100 * speed / limit, likes[result.like]);
    report_add(bench->report, (Measurement){.group = "pass",
                                            .name = model,
                                            .shape = shape,
                                            .pass = name,
                                            .value = speed,
                                            .unit = "GB/s",
                                            .ratio = speed / limit,
                                            .ratio_to = likes[result.like]});
}

static PassArrays arrays_new(const Tensor *tensor) {
    size_t inputs = shape_count(tensor->inputs[0]->shape), outputs = shape_count(tensor->shape);
    Random random = random_stream(1, 0);
    PassArrays arrays = {.tensor = tensor,
                         .count = outputs,
                         .inputs = random_array(&random, inputs),
                         .outputs = random_array(&random, outputs),
                         .d_inputs = random_array(&random, inputs),
                         .winners = memory_new(outputs, 1)};
    if (tensor->operation == &operation_batch_normalization) {
        arrays.channels = tensor_channel_shape(tensor);
        int channels = arrays.channels.channels;
        for (int i = 0; i < 6; i++)
            arrays.per_channel[i] = random_array(&random, (size_t)channels);
        arrays.workspace = memory_new(batch_norm_workspace(size_of(&arrays)), 1);
    }
    return arrays;
}

static void arrays_free(PassArrays *arrays) {
    free(arrays->inputs);
    free(arrays->outputs);
    free(arrays->d_inputs);
    free(arrays->winners);
    free(arrays->workspace);
    for (int i = 0; i < 6; i++)
        free(arrays->per_channel[i]);
}

static void measure_tensor(const Bench *bench, Table *table, const char *model,
                           const Tensor *tensor) {
    char shape[SHAPE_TEXT], name[SETTING_TEXT];
    shape_text(tensor->inputs[0]->shape, shape);
    double inputs = sizeof(float) * (double)shape_count(tensor->inputs[0]->shape);
    double outputs = sizeof(float) * (double)shape_count(tensor->shape);
    PassArrays arrays = arrays_new(tensor);
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        if (strcmp(passes[i].operation, tensor->operation->name) != 0)
            continue;
        snprintf(name, sizeof name, "%s %s", passes[i].operation, passes[i].name);
        PassResult result = {.seconds = measure(bench->effort, passes[i].work, &arrays),
                             .bytes = passes[i].inputs * inputs + passes[i].outputs * outputs,
                             .like = passes[i].like};
        add_result(bench, table, model, shape, name, result);
    }
    arrays_free(&arrays);
}

static void update(void *context) {
    optimizer_step(context, (SgdOptions){.learning_rate = 1e-3F, .momentum = 0.9F});
}

static void measure_update(const Bench *bench, Table *table, const char *model, Params *params) {
    params_allocate_training(params);
    Optimizer *optimizer = optimizer_new(params, 0, NULL);
    char shape[SETTING_TEXT];
    double count = (double)params_trainable_count(params);
    snprintf(shape, sizeof shape, "(%.0f)", count);
    /* reads gradients, values and velocity, writes the last two */
    PassResult result = {.seconds = measure(bench->effort, update, optimizer),
                         .bytes = 5 * sizeof(float) * count,
                         .like = TRIAD};
    add_result(bench, table, model, shape, "update", result);
    optimizer_free(optimizer);
}

/* Whether an earlier tensor of the graph is of the same operation and shape. */
static bool is_repeated(const Graph *graph, const Tensor *tensor) {
    for (int i = 0; i < tensor->index; i++) {
        const Tensor *other = graph->tensors[i];
        if (other->operation == tensor->operation && !other->replaced_by &&
            shape_equal(other->inputs[0]->shape, tensor->inputs[0]->shape))
            return true;
    }
    return false;
}

static void bench_model(const Bench *bench, const Setting *setting) {
    char model[SETTING_TEXT], shape[SETTING_TEXT], name[3 * SETTING_TEXT];
    snprintf(name, sizeof name, "%s %s", setting_model(setting, model),
             setting_shape(setting, shape));
    Params *params = params_new(1);
    Graph *graph = setting_record(setting, params);
    Table *table = table_new("pass | inputs | MB | ms | GB/s | % | of");
    for (int i = 0; i < graph->count; i++) {
        const Tensor *tensor = graph->tensors[i];
        if (tensor->operation && !tensor->replaced_by && !is_repeated(graph, tensor))
            measure_tensor(bench, table, name, tensor);
    }
    measure_update(bench, table, name, params);
    printf("\n%s: GB/s and %% of the memory's bandwidth\n", name);
    table_print(table);
    graph_free(graph);
    params_free(params);
}

void bench_passes(const Bench *bench) {
    puts("\nPasses over memory. Arrays that stay in a cache can exceed the memory's bandwidth.");
    int count = bench->quick ? 1 : (int)(sizeof settings / sizeof settings[0]);
    for (int i = 0; i < count; i++)
        bench_model(bench, &settings[i]);
}
