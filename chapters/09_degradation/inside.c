#include "inside.h"

#include "graph/inspect.h"
#include "training/checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 64 };

/* One block's names in the graph. */
typedef struct Block {
    char scope[NAME];
    char branch[NAME], shortcut[NAME]; /* what a residual block adds up */
} Block;

static Block block_at(const Candidate *candidate, int number) {
    const char *kind = candidate->kind == PLAIN ? "plain" : "regular";
    int size = candidate->model.block_layer_sizes[0]; /* all three layers have this size */
    int layer = number / size, index = number % size;
    Block block;
    snprintf(block.scope, NAME, "block_layer%d/%s_block%d/", layer, kind, index);
    if (index == 0) { /* the projection is recorded first and takes the first number */
        snprintf(block.branch, NAME, "block_layer%d/%s_block0/conv2d_2", layer, kind);
        snprintf(block.shortcut, NAME, "block_layer%d/%s_block0/conv2d", layer, kind);
    } else {
        snprintf(block.branch, NAME, "block_layer%d/%s_block%d/conv2d_1", layer, kind, index);
        snprintf(block.shortcut, NAME, "block_layer%d/%s_block%d/add", layer, kind, index - 1);
    }
    return block;
}

static Network network_of(const Contest *contest, const Candidate *candidate, Params *params,
                          const char *const *kept) {
    const TrainerOptions *trainer = &contest->trainer;
    const Dataset *images = &contest->training;
    NetworkOptions options = {
        .record = candidate_layers,
        .model = candidate,
        .batch = trainer->batch < images->count ? trainer->batch : images->count,
        .height = trainer->size ? trainer->size : images->height,
        .width = trainer->size ? trainer->size : images->width,
        .channels = images->channels,
        .is_training = true,
        .kept = kept,
        .graph = {.data_format = trainer->data_format,
                  .loops = trainer->loops,
                  .seed = trainer->seed},
    };
    return network_new(params, options);
}

static void run_first_batch(const Contest *contest, const Network *network) {
    const TrainerOptions *trainer = &contest->trainer;
    DatasetStatistics statistics = dataset_statistics(&contest->training);
    BatchOptions options = {
        .batch = network->batch,
        .size = trainer->size,
        .format = trainer->data_format,
        .mean = statistics.mean,
        .deviation = statistics.standard_deviation,
    };
    BatchSource *source = batch_source_new(&contest->training, options);
    float *images = memory_new(batch_source_floats(source), sizeof(float));
    float *labels = memory_new((size_t)network->batch, sizeof(float));
    batch_source_start(source, 0);
    batch_source_next(source, images, labels);
    tensor_write(network->images, images);
    tensor_write(network->labels, labels);
    graph_forward(network->graph);
    graph_backward(network->graph, NULL);
    free(images);
    free(labels);
    batch_source_free(source);
}

/* The norm of the values, or of the gradient, of all kernels in a scope. */
static double kernels_norm(const Params *params, const char *scope,
                           float *(*part)(const Parameter *)) {
    double squares = 0;
    for (int p = 0; p < params_count(params); p++) {
        const Parameter *parameter = params_at(params, p);
        if (parameter->role != PARAMETER_KERNEL ||
            strncmp(parameter->name, scope, strlen(scope)) != 0)
            continue;
        const float *values = part(parameter);
        for (size_t i = 0; i < parameter->count; i++)
            squares += (double)values[i] * values[i];
    }
    return sqrt(squares);
}

double branch_norm(const Graph *graph, const char *branch_name, const char *shortcut_name) {
    const Tensor *branch = graph_find(graph, branch_name);
    const Tensor *shortcut = graph_find(graph, shortcut_name);
    size_t count = shape_count(tensor_shape(branch));
    float *branch_values = memory_new(count, sizeof(float));
    float *shortcut_values = memory_new(count, sizeof(float));
    tensor_read(branch, branch_values);
    tensor_read(shortcut, shortcut_values);
    double norm = relative_branch_norm(count, branch_values, shortcut_values);
    free(branch_values);
    free(shortcut_values);
    return norm;
}

/* The names of the tensors to read after the run, then NULL. */
static const char **names_to_keep(Arena *arena, const Block *blocks, int count) {
    const char **names = arena_alloc(arena, (2 * (size_t)count + 1) * sizeof(char *));
    for (int i = 0; i < count; i++) {
        names[2 * i] = blocks[i].branch;
        names[2 * i + 1] = blocks[i].shortcut;
    }
    return names;
}

static Profile measure(const Network *network, const Params *params, const Block *blocks, int count,
                       bool residual, Arena *arena) {
    size_t bytes = (size_t)count * sizeof(double);
    Profile profile = {count, arena_alloc(arena, bytes), arena_alloc(arena, bytes),
                       residual ? arena_alloc(arena, bytes) : NULL};
    for (int i = 0; i < count; i++) {
        profile.gradients[i] = kernels_norm(params, blocks[i].scope, parameter_gradient);
        profile.kernels[i] = kernels_norm(params, blocks[i].scope, parameter_values);
        if (residual)
            profile.branches[i] = branch_norm(network->graph, blocks[i].branch, blocks[i].shortcut);
    }
    return profile;
}

Profile look_inside(const Contest *contest, const Candidate *candidate, const char *checkpoint) {
    Arena *arena = contest->arena;
    int count = candidate->model.num_block_layers * candidate->model.block_layer_sizes[0];
    Block *blocks = arena_alloc(arena, (size_t)count * sizeof(Block));
    for (int i = 0; i < count; i++)
        blocks[i] = block_at(candidate, i);
    bool residual = candidate->kind == RESIDUAL;
    const char **kept = residual ? names_to_keep(arena, blocks, count) : NULL;
    Params *params = params_new(contest->trainer.seed);
    Network network = network_of(contest, candidate, params, kept);
    if (checkpoint)
        checkpoint_read(checkpoint, params);
    run_first_batch(contest, &network);
    Profile profile = measure(&network, params, blocks, count, residual, arena);
    network_free(&network);
    params_free(params);
    return profile;
}
