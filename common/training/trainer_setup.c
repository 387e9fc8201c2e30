#include "training/trainer_setup.h"

#include "base/error.h"
#include "models/resnet.h"
#include "pieces/graph.h"
#include "training/files.h"
#include "training/hardness.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

bool trainer_is_first(const TrainerOptions *options) {
    return !options->communicator || options->communicator->rank == 0;
}

TrainerOptions trainer_fit_options(const TrainerOptions *options, const Dataset *training) {
    TrainerOptions fitted = *options;
    fitted.quiet = options->quiet || !trainer_is_first(options);
    if (fitted.patience > 0 && fitted.validation == 0)
        fitted.validation = (training->count + 9) / 10;
    int count = training->count - fitted.validation;
    require(count > 0,
            "validation: %d images are to be kept apart, but there are only %d; use fewer",
            fitted.validation, training->count);
    require(options->hard == 0 || options->keep > 0,
            "hard: a part of --keep, and all images are kept; give --keep too, or --hard 0");
    if (options->keep > 0)
        count = hardness_kept(options->keep, count);
    if (fitted.batch > count) {
        fitted.batch = count;
        if (!fitted.quiet)
            printf("batch reduced to %d: an epoch has no more images\n", fitted.batch);
    }
    bool is_alone = !options->communicator || options->communicator->size == 1;
    require((is_alone && !options->ghost) || !options->loops,
            "the textbook loops run in one process, and without ghost batch norms; use the fast "
            "kernels");
    return fitted;
}

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
        .batch = trainer->share.images,
        .height = trainer->state.info.height,
        .width = trainer->state.info.width,
        .channels = trainer->state.info.channels,
        .is_training = true,
        .label_smoothing = options->label_smoothing,
        .graph = {.data_format = options->data_format,
                  .loops = options->loops,
                  .walk = options->walk ? backward_walk : NULL,
                  .seed = options->seed,
                  .groups = trainer->groups,
                  .ghost = options->ghost},
    };
    trainer->network = network_new(trainer->params, network);
    network.is_training = false;
    network.graph.groups.communicator = NULL;
    trainer->evaluation = network_new(trainer->params, network);
}

/* And the number of an epoch's steps. */
static void set_up_hardness(Trainer *trainer, int images) {
    const TrainerOptions *options = trainer->options;
    TrainingState *state = &trainer->state;
    state->steps = batch_source_batches(trainer->batches, true);
    if (options->keep == 0)
        return;
    state->hardness =
        hardness_new(images, batch_source_count(trainer->batches), options->keep, options->hard);
    state->steps = state->hardness.chosen / options->batch;
    trainer->losses = memory_new(2 * (size_t)options->batch, sizeof(double));
}

static void set_up_batches(Trainer *trainer, const Dataset *training, const Dataset *test) {
    const TrainerOptions *options = trainer->options;
    BatchOptions batches = {
        .batch = trainer->share.images,
        .size = options->size,
        .format = options->data_format,
        .seed = options->seed,
        .mean = trainer->state.info.mean,
        .deviation = trainer->state.info.deviation,
    };
    trainer->test_batches = batch_source_new(test, batches);
    if (options->validation > 0)
        trainer->validation = validation_new(
            training, &batches, options->validation,
            (EarlyStopping){.patience = options->patience, .min_delta = options->min_delta});
    batches.augmentation = options->augmentation;
    batches.mirrors = is_mirrored;
    batches.shuffle = true;
    batches.whole = options->batch;
    batches.offset = trainer->share.first_image;
    trainer->batches = batch_source_new(training, batches);
    set_up_hardness(trainer, training->count);
    require(trainer->state.steps <= INT_MAX / options->epochs,
            "%d epochs of %d steps are too many; use fewer epochs", options->epochs,
            trainer->state.steps);
    size_t logits = (size_t)trainer->share.images * trainer->state.info.classes;
    trainer->images = memory_new(batch_source_floats(trainer->batches), sizeof(float));
    trainer->labels = memory_new((size_t)trainer->share.images, sizeof(float));
    trainer->logits = memory_new(logits, sizeof(float));
}

void trainer_set_up(Trainer *trainer, const Dataset *training, const Dataset *test,
                    const TrainerOptions *options) {
    BatchShare share = training_share(options->communicator, options->batch, options->groups);
    *trainer = (Trainer){.options = options,
                         .share = share,
                         .groups = training_groups(options->communicator, share),
                         .arena = arena_new(),
                         .threads = threads_watch(),
                         .lock = trainer_is_first(options) ? trainer_lock(options->out) : -1,
                         .params = params_new(options->seed),
                         .state = {.info = new_info(training, options)}};
    if (options->resume)
        state_read_info(state_path(trainer->arena, options->resume), &trainer->state.info,
                        options->epochs);
    set_up_networks(trainer);
    if (options->zero_start)
        resnet_zero_start(trainer->params);
    set_up_batches(trainer, training, test);
    trainer->optimizer = optimizer_new(trainer->params, options->weight_decay, options->decay_only);
    optimizer_use_muon(trainer->optimizer, options->muon, options->schedule.peak);
    if (trainer->groups.communicator)
        optimizer_share(trainer->optimizer, trainer->groups.communicator);
    if (options->average > 0) {
        require(!trainer->groups.communicator,
                "weights are averaged in one process only; leave --average out, or use one");
        trainer->state.average = params_copy(trainer->params);
    }
}

void trainer_tear_down(Trainer *trainer) {
    network_free(&trainer->network);
    network_free(&trainer->evaluation);
    batch_source_free(trainer->batches);
    batch_source_free(trainer->test_batches);
    validation_free(&trainer->validation);
    hardness_free(&trainer->state.hardness);
    params_free(trainer->state.average);
    optimizer_free(trainer->optimizer);
    params_free(trainer->params);
    arena_free(trainer->arena);
    if (trainer->lock >= 0)
        trainer_unlock(trainer->lock);
    free(trainer->images);
    free(trainer->labels);
    free(trainer->logits);
    free(trainer->losses);
}
