#include "training/trainer.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/output_file.h"
#include "training/checkpoint.h"
#include "training/curves.h"
#include "training/profile.h"
#include "training/progress.h"
#include "training/resume.h"
#include "training/sgd.h"
#include "training/validation.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double DRAW_AFTER = 10; /* seconds: longer epochs are each followed by a picture */

typedef struct Trainer {
    const TrainerOptions *options;
    Arena *arena; /* of paths */
    Params *params;
    Network network, evaluation; /* for training, and for evaluation */
    BatchSource *batches, *test_batches;
    Validation validation;
    Optimizer *optimizer;
    int steps;                       /* in an epoch */
    float *images, *labels, *logits; /* of a batch */
    CheckpointInfo info;
    TrainingLog log;
    Progress progress;
    double seconds_before; /* of the training that is resumed */
    double started;
    double step_seconds; /* in train_step() */
} Trainer;

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
    if (training->class_names)
        memcpy(info.class_names, training->class_names, (size_t)info.classes * CLASS_NAME);
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
        .graph = {options->data_format, options->loops, options->seed},
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
    if (options->validation > 0)
        trainer->validation = validation_new(
            training, &batches, options->validation,
            (EarlyStopping){.patience = options->patience, .min_delta = options->min_delta});
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

static const char *path(const Trainer *trainer, const char *file) {
    return trainer_path(trainer->arena, trainer->options->out, file);
}

static void save_best(const Trainer *trainer) {
    checkpoint_write(path(trainer, trainer_best_file), trainer->params, &trainer->info);
}

static void resume(Trainer *trainer) {
    const char *checkpoint = trainer->options->resume;
    int epoch = trainer->info.epoch;
    if (trainer->validation.batches)
        validation_read(&trainer->validation,
                        resume_beside(trainer->arena, checkpoint, trainer_validation_file), epoch);
    int best_epoch = trainer->validation.stopping.best_epoch;
    if (best_epoch > 0 && best_epoch < epoch)
        resume_best(checkpoint, best_epoch, trainer->options->out, trainer->params);
    trainer->log = resume_values(checkpoint, trainer->params, epoch);
    if (trainer->log.count > 0)
        trainer->seconds_before = trainer->log.rows[trainer->log.count - 1].seconds;
    if (best_epoch > 0 && best_epoch == epoch)
        save_best(trainer);
}

static void report_start(const Trainer *trainer, const Dataset *training, const Dataset *test) {
    const TrainerOptions *options = trainer->options;
    printf("%s: %zu parameters, %zu moving averages; %d training and %d test images of %d x %d x "
           "%d in %d classes\n",
           options->model_name, params_trainable_count(trainer->params),
           params_moving_count(trainer->params), training->count - options->validation, test->count,
           trainer->info.height, trainer->info.width, trainer->info.channels, training->classes);
    if (options->validation > 0)
        printf("%d more training images are kept apart for validation\n", options->validation);
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
        int prediction = 0;
        for (int k = 1; k < classes; k++)
            if (row[k] > row[prediction])
                prediction = k;
        right += prediction == (int)trainer->labels[n];
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

/* The model's file comes after the optimiser's, because it says that its epoch is complete. */
static void save(Trainer *trainer) {
    checkpoint_write_velocity(path(trainer, trainer_optimizer_file), trainer->params,
                              trainer->info.epoch);
    checkpoint_write(path(trainer, trainer_model_file), trainer->params, &trainer->info);
    log_write(&trainer->log, path(trainer, trainer_log_file));
}

/* Measures the network on the validation set; returns whether it is the best so far. */
static bool validate(Trainer *trainer) {
    const TrainerOptions *options = trainer->options;
    Validation *validation = &trainer->validation;
    Evaluation found = evaluate(&trainer->evaluation, validation->batches, options->eval_flip);
    bool improved = validation_add(validation, found);
    validation_write(validation, path(trainer, trainer_validation_file));
    if (!options->quiet)
        printf("epoch %d/%d  validation: loss %.4f, accuracy %.2f %%%s\n", validation->count,
               options->epochs, found.loss, 100 * found.accuracy,
               improved ? ", the best so far" : "");
    return improved;
}

static bool finished(const Trainer *trainer) {
    return trainer->info.epoch >= trainer->options->epochs || trainer->validation.stopped;
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
    progress_epoch_end(&trainer->progress, &row);
    bool is_best = trainer->validation.batches && validate(trainer);
    save(trainer);
    if (is_best)
        save_best(trainer);
    bool is_late = finished(trainer) || clock_seconds() - begin > DRAW_AFTER;
    if (is_late && !trainer->options->quiet)
        curves_draw(path(trainer, trainer_log_file), path(trainer, trainer_curves_file));
}

static void tear_down(Trainer *trainer) {
    network_free(&trainer->network);
    network_free(&trainer->evaluation);
    batch_source_free(trainer->batches);
    batch_source_free(trainer->test_batches);
    validation_free(&trainer->validation);
    optimizer_free(trainer->optimizer);
    params_free(trainer->params);
    arena_free(trainer->arena);
    free(trainer->images);
    free(trainer->labels);
    free(trainer->logits);
}

/* The options, with validation and batch fitted to the number of images. */
static TrainerOptions fit_options(const TrainerOptions *options, const Dataset *training) {
    TrainerOptions fitted = *options;
    if (fitted.patience > 0 && fitted.validation == 0)
        fitted.validation = (training->count + 9) / 10;
    int count = training->count - fitted.validation;
    require(count > 0,
            "validation: %d images are to be kept apart, but there are only %d; use fewer",
            fitted.validation, training->count);
    if (fitted.batch > count) {
        fitted.batch = count;
        if (!fitted.quiet)
            printf("batch reduced to %d: there are no more training images\n", fitted.batch);
    }
    return fitted;
}

TrainingLog trainer_run(const Dataset *training, const Dataset *test,
                        const TrainerOptions *options) {
    TrainerOptions fitted = fit_options(options, training);
    trainer_check_out(fitted.out);
    Trainer trainer = {.options = &fitted,
                       .arena = arena_new(),
                       .params = params_new(fitted.seed),
                       .info = new_info(training, &fitted)};
    if (fitted.resume)
        resume_info(&trainer.info, fitted.resume, fitted.epochs);
    set_up_networks(&trainer);
    set_up_batches(&trainer, training, test);
    trainer.optimizer = optimizer_new(trainer.params, fitted.weight_decay, fitted.decay_only);
    if (fitted.resume)
        resume(&trainer);
    if (!fitted.quiet)
        report_start(&trainer, training, test);

    trainer.started = clock_seconds();
    trainer.progress =
        progress_start(fitted.quiet ? NULL : stdout, fitted.epochs, trainer.steps, fitted.batch);
    while (!finished(&trainer))
        run_epoch(&trainer);
    if (fitted.patience > 0)
        log_choose(&trainer.log, trainer.validation.stopping.best_epoch);
    if (fitted.profile)
        profile_print(trainer.network.graph, trainer.step_seconds);
    tear_down(&trainer);
    return trainer.log;
}
