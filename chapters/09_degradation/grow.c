#include "grow.h"

#include "base/error.h"
#include "inside.h"
#include "show/table.h"
#include "training/evaluation.h"
#include "training/optimizer.h"
#include "training/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAYERS = 3, NAME = 64, MOST_BLOCKS = 25, EVALUATION_BATCH = 100 };

static const int small[LAYERS] = {6, 7, 7}, grown[LAYERS] = {8, 9, 8};
static const float RATE_AFTERWARDS = 0.2f; /* of the first training's */

typedef enum Start { AS_IT_IS, USUAL, IDENTITY, STARTS } Start;
static const char *const starts[STARTS] = {"no new blocks", "usual start", "start as identity"};

typedef struct Grown {
    ResNetModel model;
    Params *params;
    Network training, test;
    BatchSource *batches, *tests;
    char names[2 * MOST_BLOCKS][NAME]; /* branch and shortcut of each identity block */
    const char *kept[2 * MOST_BLOCKS + 1];
} Grown;

/* The first block of a layer has a projection; it is no identity block. */
static void name_blocks(Grown *grown) {
    int at = 0;
    for (int layer = 0; layer < LAYERS; layer++)
        for (int i = 1; i < grown->model.block_layer_sizes[layer]; i++, at += 2) {
            snprintf(grown->names[at], NAME, "block_layer%d/regular_block%d/conv2d_1", layer, i);
            snprintf(grown->names[at + 1], NAME, "block_layer%d/regular_block%d/add", layer, i - 1);
            grown->kept[at] = grown->names[at];
            grown->kept[at + 1] = grown->names[at + 1];
        }
}

static Network network_of(const Grown *grown, const Contest *contest, bool is_training) {
    int size = contest->trainer.size;
    return network_new(
        grown->params,
        (NetworkOptions){.record = resnet_record,
                         .model = &grown->model,
                         .batch = is_training ? contest->trainer.batch : EVALUATION_BATCH,
                         .height = size ? size : contest->training.height,
                         .width = size ? size : contest->training.width,
                         .channels = contest->training.channels,
                         .is_training = is_training,
                         .kept = is_training ? grown->kept : NULL,
                         .graph = {.data_format = contest->trainer.data_format}});
}

static Grown *grown_new(const Contest *contest, const int *sizes) {
    const TrainerOptions *trainer = &contest->trainer;
    Grown *grown = arena_alloc(contest->arena, sizeof *grown);
    *grown = (Grown){.model = resnet_model(44, contest->training.classes, trainer->data_format),
                     .params = params_new(trainer->seed)};
    grown->model.batch_norm_momentum = 0.9f;
    memcpy(grown->model.block_layer_sizes, sizes, LAYERS * sizeof(int));
    name_blocks(grown);
    grown->training = network_of(grown, contest, true);
    grown->test = network_of(grown, contest, false);
    DatasetStatistics *statistics = arena_alloc(contest->arena, sizeof *statistics);
    *statistics = dataset_statistics(&contest->training);
    BatchOptions options = {.batch = EVALUATION_BATCH,
                            .size = trainer->size,
                            .format = trainer->data_format,
                            .seed = trainer->seed,
                            .mean = statistics->mean,
                            .deviation = statistics->standard_deviation};
    grown->tests = batch_source_new(&contest->test, options);
    options.batch = trainer->batch;
    options.shuffle = true;
    grown->batches = batch_source_new(&contest->training, options);
    return grown;
}

static void grown_free(Grown *grown) {
    network_free(&grown->training);
    network_free(&grown->test);
    batch_source_free(grown->batches);
    batch_source_free(grown->tests);
    params_free(grown->params);
}

/* ---- new blocks ---- */

static bool is_new(const char *name) {
    int layer, block;
    return sscanf(name, "block_layer%d/regular_block%d/", &layer, &block) == 2 &&
           block >= small[layer];
}

/* Copies what both have, by name; new blocks keep their start, or get a last kernel of zeros. */
static void start_from(Grown *grown, const Grown *trained, Start start) {
    for (int p = 0; p < params_count(grown->params); p++) {
        const Parameter *parameter = params_at(grown->params, p);
        const Parameter *old = params_find(trained->params, parameter->name);
        size_t bytes = parameter->count * sizeof(float);
        if (old)
            memcpy(parameter_values(parameter), parameter_values(old), bytes);
        else if (start == IDENTITY && strstr(parameter->name, "/conv2d_1/kernel"))
            memset(parameter_values(parameter), 0, bytes);
    }
}

/* The mean relative branch norm in the last batch, of the new identity blocks or the old. */
static double mean_norm(const Grown *grown, bool of_new) {
    double sum = 0;
    int count = 0;
    for (int i = 0; grown->kept[i]; i += 2)
        if (is_new(grown->names[i]) == of_new) {
            sum += branch_norm(grown->training.graph, grown->names[i], grown->names[i + 1]);
            count++;
        }
    return count > 0 ? sum / count : 0;
}

/* ---- training ---- */

typedef struct Course {
    double first_loss, first_norm; /* at the first step; the norm of new blocks */
    double last_loss;              /* mean over the last epoch */
} Course;

static Course train(Grown *grown, const Contest *contest, float rate, Threads *threads) {
    Course course = {0};
    const TrainerOptions *trainer = &contest->trainer;
    int steps = batch_source_batches(grown->batches, true), total = trainer->epochs * steps;
    float *images = memory_new(batch_source_floats(grown->batches), sizeof(float));
    float *labels = memory_new((size_t)trainer->batch, sizeof(float));
    Optimizer *optimizer = optimizer_new(grown->params, trainer->weight_decay, NULL);
    Schedule schedule = trainer->schedule;
    schedule.peak *= rate;
    SgdOptions sgd = {.momentum = trainer->momentum, .nesterov = trainer->nesterov};
    for (int step = 0; step < total; step++) {
        if (step % steps == 0) {
            batch_source_start(grown->batches, step / steps + 1);
            course.last_loss = 0;
        }
        batch_source_next(grown->batches, images, labels);
        sgd.learning_rate = learning_rate_at(&schedule, step, total);
        float loss = train_step(&grown->training, optimizer, sgd, images, labels);
        require(isfinite(loss),
                "step %d: the loss is %f: the training has diverged; use a smaller learning rate",
                step, (double)loss);
        if (step == 0) {
            course.first_loss = (double)loss;
            course.first_norm = mean_norm(grown, true);
        }
        course.last_loss += (double)loss / steps;
        threads_look(threads);
    }
    optimizer_free(optimizer);
    free(images);
    free(labels);
    return course;
}

static void train_on(Table *table, const Contest *contest, const Grown *trained, Start start,
                     Threads *threads) {
    Grown *network = grown_new(contest, start == AS_IT_IS ? small : grown);
    start_from(network, trained, start);
    Course course = train(network, contest, RATE_AFTERWARDS, threads);
    Evaluation test = evaluate(&network->test, network->tests, 1);
    char of_new[NAME] = "";
    if (start != AS_IT_IS)
        snprintf(of_new, NAME, "%.2f, %.2f", course.first_norm, mean_norm(network, true));
    table_row(table, "%s | %.3f | %.3f | %.2f %% | %.2f | %s", starts[start], course.first_loss,
              course.last_loss, 100 * (1 - test.accuracy), mean_norm(network, false), of_new);
    grown_free(network);
}

void grow_show(const Contest *contest) {
    require(contest->trainer.batch <= contest->training.count,
            "--batch %d: there are only %d training images; use a smaller batch",
            contest->trainer.batch, contest->training.count);
    Threads threads = threads_watch();
    Grown *trained = grown_new(contest, small);
    Course course = train(trained, contest, 1, &threads);
    Evaluation test = evaluate(&trained->test, trained->tests, 1);
    printf("20 blocks: training loss %.3f in the last epoch, test error %.2f %%, branches %.2f of "
           "their shortcuts\n",
           course.last_loss, 100 * (1 - test.accuracy), mean_norm(trained, false));
    Table *table = table_new("trained on with | loss, first step | loss, last epoch | test error | "
                             "old branches | new: first, last");
    for (Start start = AS_IT_IS; start < STARTS; start++)
        train_on(table, contest, trained, start, &threads);
    table_print(table);
    grown_free(trained);
    threads_unwatch(&threads);
}
