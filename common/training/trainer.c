#include "training/trainer.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/options.h"
#include "training/averaging.h"
#include "training/curves.h"
#include "training/evaluation.h"
#include "training/interrupt.h"
#include "training/profile.h"
#include "training/trainer_setup.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNAL_STATUS = 128 }; /* the shell's exit status for an end by a signal, less its number */

static const double SECONDS_PER_MINUTE = 60;
static const double DRAW_AFTER = 10; /* seconds: longer epochs are each followed by a picture */

static const char *path(const Trainer *trainer, const char *file) {
    return trainer_path(trainer->arena, trainer->options->out, file);
}

/* ---- files ---- */

static void save_state(Trainer *trainer) {
    if (!trainer_is_first(trainer->options))
        return;
    trainer->state.seconds = clock_seconds() - trainer->started;
    state_write(path(trainer, trainer_state_file), &trainer->state, trainer->params,
                &trainer->validation);
    trainer->saved = clock_seconds();
}

/* The averaged network, if there is one, and the trained one change places. */
static void swap_average(Trainer *trainer) {
    if (trainer->state.average)
        averaging_swap(trainer->state.average, trainer->params);
}

/* The files that others read, at an epoch's end. The state comes before them, and they are written
 * again from it when a training is resumed. */
static void save_results(Trainer *trainer) {
    const Validation *validation = &trainer->validation;
    if (!trainer_is_first(trainer->options))
        return;
    swap_average(trainer);
    CheckpointInfo info = trainer->state.info;
    if (trainer->state.step == 0)
        checkpoint_write(path(trainer, trainer_model_file), trainer->params, &info);
    if (validation->batches)
        validation_write(validation, path(trainer, trainer_validation_file));
    info.epoch = validation->stopping.best_epoch;
    if (validation->best)
        checkpoint_write(path(trainer, trainer_best_file), validation->best, &info);
    log_write(&trainer->state.log, path(trainer, trainer_log_file));
    swap_average(trainer);
}

/* Dropout goes by the number of the step. */
static void number_run(const Trainer *trainer) {
    const TrainingState *state = &trainer->state;
    graph_set_run(trainer->network.graph,
                  (uint64_t)state->info.epoch * (uint64_t)state->steps + (uint64_t)state->step);
}

static void resume(Trainer *trainer) {
    TrainingState *state = &trainer->state;
    state_read(state_path(trainer->arena, trainer->options->resume), state, trainer->params,
               &trainer->validation);
    number_run(trainer);
    if (state->info.epoch > 0)
        save_results(trainer);
}

static void report_start(const Trainer *trainer, const Dataset *training, const Dataset *test) {
    const TrainerOptions *options = trainer->options;
    printf("%s: %zu parameters, %zu moving averages; %d training and %d test images of %d x %d x "
           "%d in %d classes\n",
           options->model_name, params_trainable_count(trainer->params),
           params_moving_count(trainer->params), training->count - options->validation, test->count,
           trainer->state.info.height, trainer->state.info.width, trainer->state.info.channels,
           training->classes);
    if (options->validation > 0)
        printf("%d more training images are kept apart for validation\n", options->validation);
    printf("%d epoch%s of %d steps, batch %d, seed %" PRIu64 ", %.0f MB for the training graph\n",
           options->epochs, options->epochs == 1 ? "" : "s", trainer->state.steps, options->batch,
           options->seed, (double)graph_memory(trainer->network.graph) / 1e6);
    if (options->resume)
        printf("resumed from %s after %d epoch%s and %d steps\n", options->resume,
               trainer->state.info.epoch, trainer->state.info.epoch == 1 ? "" : "s",
               trainer->state.step);
    fflush(stdout);
}

/* ---- an epoch ---- */

static int own_right_answers(const Trainer *trainer) {
    int classes = trainer->state.info.classes, right = 0;
    for (int n = 0; n < trainer->share.images; n++) {
        const float *row = trainer->logits + (size_t)n * classes;
        int prediction = 0;
        for (int k = 1; k < classes; k++)
            if (row[k] > row[prediction])
                prediction = k;
        right += prediction == (int)trainer->labels[n];
    }
    return right;
}

/* Counts this step's right answers, and whether any process is asked to end, of all processes. */
static void count_answers(Trainer *trainer) {
    const Communicator *communicator = trainer->groups.communicator;
    double counts[] = {own_right_answers(trainer), interrupt_signal() != 0}, received[2];
    if (communicator)
        communicator_combine(communicator, 2, counts, received, combine_sums);
    trainer->state.right += counts[0];
    trainer->is_interrupted = counts[1] > 0;
}

/* Every process notes the losses of the whole batch. */
static void see_losses(Trainer *trainer) {
    const Communicator *communicator = trainer->groups.communicator;
    int batch = trainer->options->batch;
    double *losses = trainer->losses;
    memset(losses, 0, (size_t)batch * sizeof(double));
    hardness_measure(trainer->share.images, trainer->state.info.classes, trainer->logits,
                     trainer->labels, losses + trainer->share.first_image);
    if (communicator)
        communicator_combine(communicator, batch, losses, losses + batch, combine_sums);
    hardness_see(&trainer->state.hardness, trainer->batches, losses);
}

static float rate_at(const Trainer *trainer, int step) {
    const TrainerOptions *options = trainer->options;
    return learning_rate_at(&options->schedule, step, options->epochs * trainer->state.steps);
}

/* Ends the program unless a loss is a number. */
static void require_finite(const Trainer *trainer, const Network *network, double loss,
                           const char *whose) {
    const char *first = graph_not_finite(network->graph);
    require(isfinite(loss),
            "epoch %d, step %d: the %s loss is %g, beginning at %s: the training has diverged; use "
            "a smaller learning rate or a longer warm-up",
            trainer->state.info.epoch + 1, trainer->state.step + 1, whose, loss,
            first ? first : "an unknown place");
}

static void run_step(Trainer *trainer) {
    const TrainerOptions *options = trainer->options;
    TrainingState *state = &trainer->state;
    SgdOptions sgd = {.learning_rate =
                          rate_at(trainer, state->info.epoch * state->steps + state->step),
                      .momentum = options->momentum,
                      .nesterov = options->nesterov};
    batch_source_next(trainer->batches, trainer->images, trainer->labels);
    profile_switch(trainer->network.graph, options->profile);
    double begin = clock_seconds();
    float loss =
        train_step(&trainer->network, trainer->optimizer, sgd, trainer->images, trainer->labels);
    trainer->step_seconds += clock_seconds() - begin;
    trainer->steps++;
    profile_switch(trainer->network.graph, false);
    require_finite(trainer, &trainer->network, (double)loss, "training");
    state->loss += (double)loss;
    if (options->after_step)
        options->after_step(options->after_step_state, trainer->params, sgd.learning_rate);
    if (state->average)
        averaging_add(state->average, trainer->params, options->average);
    tensor_read(trainer->network.logits, trainer->logits);
    count_answers(trainer);
    if (state->hardness.losses)
        see_losses(trainer);
    state->step++;
    progress_step(&trainer->progress, state->step, state->loss / state->step,
                  state->right / state->step / options->batch);
}

/* Leaves the state and ends the program, as the signal would have. signal 0: another process got
 * it. */
static _Noreturn void end_by(Trainer *trainer, int signal) {
    const TrainerOptions *options = trainer->options;
    save_state(trainer);
    progress_break(&trainer->progress);
    if (!options->quiet)
        printf("interrupted in epoch %d after step %d of %d%s\n", trainer->state.info.epoch + 1,
               trainer->state.step, trainer->state.steps,
               options->command ? "; nothing is lost" : "");
    if (options->command)
        printf("to go on: %s --resume %s\n", options->command,
               options_quoted(trainer->arena, path(trainer, trainer_state_file)));
    communicator_end();
    exit(SIGNAL_STATUS + (signal ? signal : SIGTERM));
}

static void train_epoch(Trainer *trainer) {
    TrainingState *state = &trainer->state;
    double interval = SECONDS_PER_MINUTE * (double)trainer->options->checkpoint_every;
    batch_source_start(trainer->batches, state->info.epoch + 1);
    if (state->hardness.losses)
        hardness_choose(&state->hardness, trainer->batches, state->step > 0);
    batch_source_skip(trainer->batches, state->step);
    progress_epoch(&trainer->progress, state->info.epoch + 1, state->step);
    while (state->step < state->steps) {
        run_step(trainer);
        threads_look(&trainer->threads);
        if (trainer->is_interrupted)
            end_by(trainer, interrupt_signal());
        if (interval > 0 && clock_seconds() - trainer->saved >= interval)
            save_state(trainer);
    }
}

/* A test on v views takes v times as long: it has them after the last epoch, or where any epoch may
 * become the last. */
static int views_now(const Trainer *trainer) {
    const TrainerOptions *options = trainer->options;
    bool is_last = trainer->state.info.epoch + 1 == options->epochs;
    if (!is_last && options->patience == 0)
        return 1;
    if (options->eval_shift)
        return BATCH_MAX_VIEWS;
    return options->eval_flip ? 2 : 1;
}

/* Measures the network on the validation set, and keeps it if it is the best so far. */
static void validate(Trainer *trainer) {
    const TrainerOptions *options = trainer->options;
    Validation *validation = &trainer->validation;
    Evaluation found = evaluate_in_groups(&trainer->evaluation, validation->batches,
                                          views_now(trainer), trainer->groups);
    require_finite(trainer, &trainer->evaluation, found.loss, "validation");
    bool improved = validation_add(validation, found);
    if (improved)
        validation_keep(validation, trainer->params);
    if (!options->quiet)
        printf("epoch %d/%d  validation: loss %.4f, accuracy %.2f %%%s\n", validation->count,
               options->epochs, found.loss, 100 * found.accuracy,
               improved ? ", the best so far" : "");
}

static bool finished(const Trainer *trainer) {
    return trainer->state.info.epoch >= trainer->options->epochs || trainer->validation.stopped;
}

/* Tests the network after the epoch's last step; returns the epoch's row of the log. */
static LogRow finish_epoch(Trainer *trainer) {
    const TrainerOptions *options = trainer->options;
    const TrainingState *state = &trainer->state;
    int epoch = state->info.epoch + 1;
    Evaluation test = evaluate_in_groups(&trainer->evaluation, trainer->test_batches,
                                         views_now(trainer), trainer->groups);
    require_finite(trainer, &trainer->evaluation, test.loss, "test");
    return (LogRow){.epoch = epoch,
                    .step = epoch * state->steps,
                    .seconds = clock_seconds() - trainer->started,
                    .learning_rate = (double)rate_at(trainer, epoch * state->steps - 1),
                    .train_loss = state->loss / state->steps,
                    .train_accuracy = state->right / state->steps / options->batch,
                    .test_loss = test.loss,
                    .test_accuracy = test.accuracy};
}

static void run_epoch(Trainer *trainer) {
    TrainingState *state = &trainer->state;
    double begin = clock_seconds();
    train_epoch(trainer);
    swap_average(trainer);
    if (state->average)
        averaging_measure(&trainer->network, trainer->batches, state->info.epoch + 1);
    LogRow row = finish_epoch(trainer);
    progress_epoch_end(&trainer->progress, &row);
    if (trainer->validation.batches)
        validate(trainer);
    swap_average(trainer);
    log_add(&state->log, row);
    state->info.epoch = row.epoch;
    state->step = 0;
    state->loss = state->right = 0;
    number_run(trainer);
    save_state(trainer);
    save_results(trainer);
    bool is_late = finished(trainer) || clock_seconds() - begin > DRAW_AFTER;
    if (is_late && !trainer->options->quiet)
        curves_draw(path(trainer, trainer_log_file), path(trainer, trainer_curves_file));
}

/* The training, from its first step or from where a state left it. */
static void begin(Trainer *trainer, const Dataset *training, const Dataset *test) {
    const TrainerOptions *options = trainer->options;
    if (options->resume)
        resume(trainer);
    if (!options->quiet)
        report_start(trainer, training, test);
    trainer->progress = progress_start(options->quiet ? NULL : stdout, options->epochs,
                                       trainer->state.steps, options->batch);
    trainer->saved = clock_seconds();
    trainer->started = trainer->saved - trainer->state.seconds;
}

TrainingLog trainer_run(const Dataset *training, const Dataset *test,
                        const TrainerOptions *options) {
    TrainerOptions fitted = trainer_fit_options(options, training);
    Trainer trainer;
    trainer_set_up(&trainer, training, test, &fitted);
    begin(&trainer, training, test);
    threads_look(&trainer.threads);
    interrupt_watch();
    while (!finished(&trainer))
        run_epoch(&trainer);
    interrupt_unwatch();
    threads_unwatch(&trainer.threads);
    if (fitted.patience > 0)
        log_choose(&trainer.state.log, trainer.validation.stopping.best_epoch);
    if (trainer.steps > 0 && fitted.profile)
        profile_print(trainer.network.graph, trainer.steps, trainer.step_seconds);
    trainer_tear_down(&trainer);
    return trainer.state.log;
}
