#include "training/trainer.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/output_file.h"
#include "show/curves.h"
#include "show/profile.h"
#include "show/progress.h"
#include "training/checkpoint.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char log_file[] = "log.csv", curves_file[] = "curves.png",
                  model_file[] = "model.safetensors", optimizer_file[] = "optimizer.safetensors";

static const double DRAW_AFTER = 10; /* seconds of an epoch that make a new picture cheap */

typedef struct Trainer {
    const TrainerOptions *options;
    Arena *arena; /* of paths */
    Params *params;
    Network network, evaluation; /* for training, and for evaluation */
    BatchSource *batches, *test_batches;
    Optimizer *optimizer;
    int steps;                       /* in an epoch */
    float *images, *labels, *logits; /* of a batch */
    CheckpointInfo info;
    TrainingLog log;
    Progress progress;
    double seconds_before; /* that a resumed training took before */
    double started;
    double step_seconds; /* in train_step() */
} Trainer;

const char *trainer_path(Arena *arena, const char *out, const char *file) {
    return arena_printf(arena, "%s/%s", out, file);
}

void trainer_check_out(const char *out) {
    const char *const files[] = {log_file, curves_file, model_file, optimizer_file};
    Arena *arena = arena_new();
    output_make_directory(out);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct stat status;
        const char *path = trainer_path(arena, out, files[i]);
        require(stat(path, &status) != 0 || S_ISREG(status.st_mode),
                "%s: is in the way: not a regular file; move it or choose another directory", path);
    }
    arena_free(arena);
}

/* ---- setting up ---- */

static CheckpointInfo new_info(const Dataset *training, const TrainerOptions *options) {
    CheckpointInfo info = {
        .data_format = options->data_format,
        .classes = training->classes,
        .height = options->size ? options->size : training->height,
        .width = options->size ? options->size : training->width,
        .channels = training->channels,
        .seed = options->seed,
    };
    snprintf(info.model, sizeof info.model, "%s", options->model_name);
    DatasetStatistics statistics = dataset_statistics(training);
    memcpy(info.mean, statistics.mean, sizeof info.mean);
    memcpy(info.deviation, statistics.standard_deviation, sizeof info.deviation);
    return info;
}

static void set_up_networks(Trainer *trainer) {
    const TrainerOptions *options = trainer->options;
    NetworkOptions network = {
        .record = options->record,
        .model = options->model,
        .batch = options->batch,
        .height = trainer->info.height,
        .width = trainer->info.width,
        .channels = trainer->info.channels,
        .is_training = true,
        .label_smoothing = options->label_smoothing,
        .graph = {options->data_format, options->kernels, options->seed},
    };
    trainer->network = network_new(trainer->params, network);
    network.is_training = false;
    trainer->evaluation = network_new(trainer->params, network);
    if (options->profile)
        profile_start(trainer->network.graph);
}

static void set_up_batches(Trainer *trainer, const Dataset *training, const Dataset *test) {
    const TrainerOptions *options = trainer->options;
    BatchOptions batches = {
        .batch = options->batch,
        .size = options->size,
        .format = options->data_format,
        .seed = options->seed,
        .mean = trainer->info.mean,
        .deviation = trainer->info.deviation,
    };
    trainer->test_batches = batch_source_new(test, batches);
    batches.augmentation = options->augmentation;
    batches.shuffle = true;
    trainer->batches = batch_source_new(training, batches);
    trainer->steps = batch_source_batches(trainer->batches, true);
    require(trainer->steps <= INT_MAX / options->epochs,
            "%d epochs of %d steps are too many; use fewer epochs", options->epochs,
            trainer->steps);
    size_t logits = (size_t)options->batch * trainer->info.classes;
    trainer->images = memory_new(batch_source_floats(trainer->batches), sizeof(float));
    trainer->labels = memory_new((size_t)options->batch, sizeof(float));
    trainer->logits = memory_new(logits, sizeof(float));
}

/* Takes over how the images were normalised and how far the training had come. */
static void resume_info(CheckpointInfo *info, const TrainerOptions *options) {
    const char *path = options->resume;
    CheckpointInfo found = checkpoint_read_info(path);
    require(strcmp(found.model, info->model) == 0,
            "%s: holds a %s, not a %s; resume with its model", path, found.model, info->model);
    require(found.height == info->height && found.width == info->width &&
                found.channels == info->channels,
            "%s: trained on images of %d x %d x %d, not %d x %d x %d; resume with their size", path,
            found.height, found.width, found.channels, info->height, info->width, info->channels);
    require(found.seed == info->seed,
            "%s: trained with seed %" PRIu64 ", not %" PRIu64 "; resume with its seed", path,
            found.seed, info->seed);
    require(found.epoch < options->epochs,
            "%s: has had %d epochs already, and %d are asked for; ask for more", path, found.epoch,
            options->epochs);
    memcpy(info->mean, found.mean, sizeof info->mean);
    memcpy(info->deviation, found.deviation, sizeof info->deviation);
    info->epoch = found.epoch;
}

/* The path of a file beside another one. */
static const char *beside(Arena *arena, const char *path, const char *file) {
    const char *slash = strrchr(path, '/');
    return slash ? arena_printf(arena, "%.*s/%s", (int)(slash - path), path, file) : file;
}

static void resume_values(Trainer *trainer) {
    const char *path = trainer->options->resume;
    checkpoint_read(path, trainer->params);
    checkpoint_read_velocity(beside(trainer->arena, path, optimizer_file), trainer->params,
                             trainer->info.epoch);
    const char *log = beside(trainer->arena, path, log_file);
    if (access(log, F_OK) == 0)
        trainer->log = log_read(log, trainer->info.epoch);
    if (trainer->log.count > 0)
        trainer->seconds_before = trainer->log.rows[trainer->log.count - 1].seconds;
}

static void report_start(const Trainer *trainer, const Dataset *training, const Dataset *test) {
    const TrainerOptions *options = trainer->options;
    printf("%s: %zu parameters, %zu moving averages; %d training and %d test images of %d x %d x "
           "%d\n",
           options->model_name, params_trainable_count(trainer->params),
           params_moving_count(trainer->params), training->count, test->count, trainer->info.height,
           trainer->info.width, trainer->info.channels);
    printf("%d epochs of %d steps, batch %d, seed %" PRIu64 ", %.0f MB for the training graph\n",
           options->epochs, trainer->steps, options->batch, options->seed,
           (double)graph_memory(trainer->network.graph) / 1e6);
    if (options->resume)
        printf("resumed from %s after %d epochs\n", options->resume, trainer->info.epoch);
    fflush(stdout);
}

/* ---- an epoch ---- */

static int right_answers(const Trainer *trainer) {
    int classes = trainer->info.classes, right = 0;
    tensor_read(trainer->network.logits, trainer->logits);
    for (int n = 0; n < trainer->options->batch; n++) {
        const float *row = trainer->logits + (size_t)n * classes;
        int largest = 0;
        for (int k = 1; k < classes; k++)
            if (row[k] > row[largest])
                largest = k;
        right += largest == (int)trainer->labels[n];
    }
    return right;
}

static void train_epoch(Trainer *trainer, LogRow *row) {
    const TrainerOptions *options = trainer->options;
    SgdOptions sgd = {.momentum = options->momentum, .nesterov = options->nesterov};
    double loss = 0, right = 0;
    batch_source_start(trainer->batches, row->epoch);
    progress_epoch(&trainer->progress, row->epoch);
    for (int i = 1; i <= trainer->steps; i++) {
        sgd.learning_rate =
            learning_rate_at(&options->schedule, row->step++, options->epochs * trainer->steps);
        batch_source_next(trainer->batches, trainer->images, trainer->labels);
        double begin = clock_seconds();
        float step_loss = train_step(&trainer->network, trainer->optimizer, sgd, trainer->images,
                                     trainer->labels);
        trainer->step_seconds += clock_seconds() - begin;
        require(isfinite(step_loss),
                "epoch %d, step %d: the loss is %f: the training has diverged; use a smaller "
                "learning rate",
                row->epoch, i, (double)step_loss);
        loss += (double)step_loss;
        right += right_answers(trainer);
        progress_step(&trainer->progress, i, loss / i, right / i / options->batch);
    }
    row->learning_rate = (double)sgd.learning_rate;
    row->train_loss = loss / trainer->steps;
    row->train_accuracy = right / trainer->steps / options->batch;
}

/* The optimiser's file first: a model file means that its epoch is complete. */
static void save(Trainer *trainer) {
    const char *out = trainer->options->out;
    checkpoint_write_velocity(trainer_path(trainer->arena, out, optimizer_file), trainer->params,
                              trainer->info.epoch);
    checkpoint_write(trainer_path(trainer->arena, out, model_file), trainer->params,
                     &trainer->info);
    log_write(&trainer->log, trainer_path(trainer->arena, out, log_file));
}

static void draw(Trainer *trainer) {
    const char *out = trainer->options->out;
    curves_draw(trainer_path(trainer->arena, out, log_file),
                trainer_path(trainer->arena, out, curves_file));
}

static void run_epoch(Trainer *trainer) {
    double begin = clock_seconds();
    LogRow row = {.epoch = trainer->info.epoch + 1, .step = trainer->info.epoch * trainer->steps};
    train_epoch(trainer, &row);
    Evaluation test =
        evaluate(&trainer->evaluation, trainer->test_batches, trainer->options->eval_flip);
    row.test_loss = test.loss;
    row.test_accuracy = test.accuracy;
    row.seconds = trainer->seconds_before + clock_seconds() - trainer->started;
    trainer->info.epoch = row.epoch;
    log_add(&trainer->log, row);
    save(trainer);
    progress_epoch_end(&trainer->progress, &row);
    if (row.epoch == trainer->options->epochs || clock_seconds() - begin > DRAW_AFTER)
        draw(trainer);
}

static void tear_down(Trainer *trainer) {
    network_free(&trainer->network);
    network_free(&trainer->evaluation);
    batch_source_free(trainer->batches);
    batch_source_free(trainer->test_batches);
    optimizer_free(trainer->optimizer);
    params_free(trainer->params);
    arena_free(trainer->arena);
    free(trainer->images);
    free(trainer->labels);
    free(trainer->logits);
}

TrainingLog trainer_run(const Dataset *training, const Dataset *test,
                        const TrainerOptions *options) {
    TrainerOptions fitted = *options;
    if (fitted.batch > training->count) {
        fitted.batch = training->count;
        printf("batch reduced to %d: there are no more training images\n", fitted.batch);
    }
    trainer_check_out(fitted.out);
    Trainer trainer = {.options = &fitted,
                       .arena = arena_new(),
                       .params = params_new(fitted.seed),
                       .info = new_info(training, &fitted)};
    if (fitted.resume)
        resume_info(&trainer.info, &fitted);
    set_up_networks(&trainer);
    set_up_batches(&trainer, training, test);
    trainer.optimizer = optimizer_new(trainer.params, fitted.weight_decay, fitted.decay_only);
    if (fitted.resume)
        resume_values(&trainer);
    report_start(&trainer, training, test);

    trainer.started = clock_seconds();
    trainer.progress = progress_start(stdout, fitted.epochs, trainer.steps, fitted.batch);
    while (trainer.info.epoch < fitted.epochs)
        run_epoch(&trainer);
    if (fitted.profile)
        profile_print(trainer.network.graph, trainer.step_seconds);
    tear_down(&trainer);
    return trainer.log;
}
