#include "sine.h"

#include "base/error.h"
#include "base/memory.h"
#include "layers/layers.h"
#include "show/chart.h"
#include "show/table.h"
#include "training/optimizer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { POINTS = 256, PERIODS = 4, WIDTH = 32, STEPS = 500, DEPTHS = 4 };

static const int depths[DEPTHS] = {2, 8, 32, 64};

typedef struct Perceptron {
    int hidden_layers; /* behind the first one, which makes WIDTH numbers of one */
    bool shortcuts;
} Perceptron;

static Tensor *activated(Tensor *inputs) {
    return relu(batch_normalization(inputs, (BatchNormOptions){.is_training = true}));
}

static Tensor *layers(Perceptron perceptron, Tensor *inputs) {
    Tensor *outputs = dense(inputs, (DenseOptions){.units = WIDTH});
    for (int i = 0; i < perceptron.hidden_layers; i++) {
        Tensor *branch = dense(activated(outputs), (DenseOptions){.units = WIDTH});
        outputs = perceptron.shortcuts ? add(branch, outputs) : branch;
    }
    return dense(activated(outputs), (DenseOptions){.units = 1});
}

/* All points are one batch, so the batch norms have no noise, and the loss is that of the data. */
static Network record(Perceptron perceptron, Params *params) {
    Network network = {.graph = graph_new(params, (GraphOptions){0}), .batch = POINTS};
    network.images = graph_input(network.graph, "x", shape2(POINTS, 1));
    network.labels = graph_input(network.graph, "y", shape2(POINTS, 1));
    network.logits = layers(perceptron, network.images);
    tensor_keep(network.logits);
    network.loss = mean_squared_error(network.logits, network.labels);
    graph_compile(network.graph, network.loss, true);
    return network;
}

/* x from -1 to 1, y a sine of PERIODS periods. */
static void make_points(float *x, float *y) {
    for (int i = 0; i < POINTS; i++) {
        x[i] = (float)(2 * i + 1) / POINTS - 1;
        y[i] = (float)sin(M_PI * PERIODS * (double)x[i]);
    }
}

/* Returns the last step's loss; learnt receives the answers at all points. */
static double train(Perceptron perceptron, uint64_t seed, float learning_rate, float *learnt) {
    float x[POINTS], y[POINTS], loss = 0;
    make_points(x, y);
    Params *params = params_new(seed);
    Network network = record(perceptron, params);
    Optimizer *optimizer = optimizer_new(params, 0, NULL);
    Schedule schedule = {SCHEDULE_ONE_CYCLE, learning_rate, 0.25f};
    SgdOptions sgd = {.momentum = 0.9f, .nesterov = true};
    for (int step = 0; step < STEPS; step++) {
        sgd.learning_rate = learning_rate_at(&schedule, step, STEPS);
        loss = train_step(&network, optimizer, sgd, x, y);
        require(isfinite(loss),
                "step %d: the loss is %f: the training has diverged; use a smaller learning rate",
                step, (double)loss);
    }
    tensor_read(network.logits, learnt);
    optimizer_free(optimizer);
    graph_free(network.graph);
    params_free(params);
    return (double)loss;
}

/* The losses of all runs, "0.12, 0.34"; learnt receives the first run's answers. */
static const char *train_runs(Arena *arena, const SineOptions *options, Perceptron perceptron,
                              float *learnt) {
    const char *losses = "";
    float others[POINTS];
    for (int run = 0; run < options->runs; run++) {
        double loss = train(perceptron, options->seed + (uint64_t)run, options->learning_rate,
                            run == 0 ? learnt : others);
        losses = arena_printf(arena, "%s%s%.5f", losses, run == 0 ? "" : ", ", loss);
    }
    return losses;
}

static void draw(Arena *arena, const float *plain, const float *residual,
                 const SineOptions *options) {
    float x[POINTS], y[POINTS];
    make_points(x, y);
    const float *values[] = {plain, residual, y};
    static const char *const titles[] = {"plain", "with shortcuts", "the sine"};
    ChartLine lines[3];
    for (int i = 0; i < 3; i++) {
        double *points = arena_alloc(arena, POINTS * sizeof(double));
        for (int k = 0; k < POINTS; k++)
            points[k] = (double)values[i][k];
        lines[i] = (ChartLine){titles[i], points, POINTS, i, i == 2};
    }
    chart_draw(
        &(Chart){lines, 3,
                 arena_printf(arena, "What %d hidden layers have learnt", depths[DEPTHS - 1]),
                 "point", "answer", false},
        options->out, "sine.png");
}

void sine_show(const SineOptions *options) {
    Arena *arena = arena_new();
    Table *table = table_new("hidden layers | loss, plain | loss, with shortcuts");
    float plain[POINTS], residual[POINTS];
    for (int i = 0; i < DEPTHS; i++) {
        const char *without = train_runs(arena, options, (Perceptron){depths[i], false}, plain);
        const char *with = train_runs(arena, options, (Perceptron){depths[i], true}, residual);
        table_row(table, "%d | %s | %s", depths[i], without, with);
    }
    printf("Mean squared error on %d points of a sine after %d steps, by seed from %" PRIu64
           " on:\n",
           POINTS, STEPS, options->seed);
    table_print(table);
    draw(arena, plain, residual, options);
    arena_free(arena);
}
