#include "experiment.h"

#include "base/memory.h"
#include "training/checkpoint.h"
#include "training/validation.h"
#include "weights.h"

#include <inttypes.h>
#include <stdlib.h>

enum { BATCH = 32, EVALUATION_BATCH = 100, CURVE_IMAGES = 2000, VALIDATION_SHARE = 10 };

const char *experiment_path(Arena *arena, const Experiment *experiment, Variant variant,
                            uint64_t seed) {
    return arena_printf(arena, "%s/%dx%d/%s-%" PRIu64, experiment->out, experiment->training->count,
                        experiment->epochs, variant_key(variant), seed);
}

static RegularizedModel model_of(const Experiment *experiment, Variant variant) {
    const Dataset *images = experiment->training;
    return regularized_model(images->classes, variant.batch_norm,
                             regularizers[variant.regularizer].dropout);
}

/* Training images that a run keeps apart. */
static int validation_images(const Experiment *experiment, Variant variant) {
    bool stops = regularizers[variant.regularizer].patience > 0;
    return stops ? experiment->training->count / VALIDATION_SHARE : 0;
}

static TrainerOptions trainer_options(const Experiment *experiment, Variant variant,
                                      uint64_t seed) {
    const Regularizer *regularizer = &regularizers[variant.regularizer];
    return (TrainerOptions){.record = regularized_layers,
                            .model_name = "resnet8",
                            .epochs = experiment->epochs,
                            .batch = BATCH,
                            .schedule = {SCHEDULE_COSINE, experiment->learning_rate, 0.1f},
                            .momentum = 0.9f,
                            .nesterov = true,
                            .weight_decay = regularizer->weight_decay,
                            .decay_only = regularizer->decay_only,
                            .augmentation = {.noise = regularizer->noise},
                            .validation = validation_images(experiment, variant),
                            .patience = regularizer->patience,
                            .seed = seed,
                            .quiet = true};
}

static WeightRules weight_rules(const Regularizer *regularizer, float momentum) {
    return (WeightRules){.l1 = regularizer->l1,
                         .momentum = momentum,
                         .bits = regularizer->round_late ? 0 : regularizer->bits};
}

static const char *kept_file(Arena *arena, const Experiment *experiment, Variant variant,
                             uint64_t seed) {
    bool stops = regularizers[variant.regularizer].patience > 0;
    return trainer_path(arena, experiment_path(arena, experiment, variant, seed),
                        stops ? trainer_best_file : trainer_model_file);
}

CheckpointInfo experiment_info(const Experiment *experiment, Variant variant, uint64_t seed) {
    Arena *arena = arena_new();
    CheckpointInfo info = checkpoint_read_info(kept_file(arena, experiment, variant, seed));
    arena_free(arena);
    return info;
}

Network experiment_network(const Experiment *experiment, Variant variant, uint64_t seed, int batch,
                           bool is_training, Params *params) {
    Arena *arena = arena_new();
    RegularizedModel model = model_of(experiment, variant);
    NetworkOptions options = {.record = regularized_layers,
                              .model = &model,
                              .batch = batch,
                              .height = experiment->training->height,
                              .width = experiment->training->width,
                              .channels = experiment->training->channels,
                              .is_training = is_training,
                              .graph = {.seed = seed}};
    Network network = network_new(params, options);
    checkpoint_read(kept_file(arena, experiment, variant, seed), params);
    arena_free(arena);
    return network;
}

BatchOptions experiment_batches(const CheckpointInfo *info, int batch) {
    return (BatchOptions){
        .batch = batch, .seed = info->seed, .mean = info->mean, .deviation = info->deviation};
}

static Evaluation measure(const Network *network, const Dataset *dataset, BatchOptions options) {
    BatchSource *source = batch_source_new(dataset, options);
    Evaluation evaluation = evaluate(network, source, 1);
    batch_source_free(source);
    return evaluation;
}

static void measure_kept(const Experiment *experiment, Variant variant, Result *result) {
    Params *params = params_new(result->seed);
    Network network =
        experiment_network(experiment, variant, result->seed, EVALUATION_BATCH, false, params);
    const Regularizer *regularizer = &regularizers[variant.regularizer];
    if (regularizer->round_late)
        weights_round(params, regularizer->bits);
    result->zeros = weights_zeros(params);
    CheckpointInfo info = experiment_info(experiment, variant, result->seed);
    BatchOptions batches = experiment_batches(&info, EVALUATION_BATCH);
    result->test = measure(&network, experiment->test, batches);

    int apart = validation_images(experiment, variant), count = experiment->training->count;
    int *numbers = memory_new((size_t)count, sizeof(int));
    validation_split(count, result->seed, numbers);
    batches.numbers = numbers + apart; /* without validation: all of them, in another order */
    batches.count = count - apart;
    result->train = measure(&network, experiment->training, batches);
    free(numbers);
    network_free(&network);
    params_free(params);
}

Result experiment_row(const Experiment *experiment, Variant variant, uint64_t seed) {
    return (Result){.variant = variant_key(variant),
                    .seed = seed,
                    .images = experiment->training->count,
                    .test_images = experiment->test->count,
                    .epochs = experiment->epochs,
                    .learning_rate = (double)experiment->learning_rate};
}

Result experiment_run(const Experiment *experiment, Variant variant, uint64_t seed) {
    Arena *arena = arena_new();
    RegularizedModel model = model_of(experiment, variant);
    TrainerOptions options = trainer_options(experiment, variant, seed);
    WeightRules rules = weight_rules(&regularizers[variant.regularizer], options.momentum);
    options.model = &model;
    options.after_step = rules.l1 > 0 || rules.bits > 0 ? weight_rules_apply : NULL;
    options.after_step_state = &rules;
    options.out = experiment_path(arena, experiment, variant, seed);

    Dataset curve_images = *experiment->test; /* a part of them will do for the curves */
    dataset_limit(&curve_images, CURVE_IMAGES);
    TrainingLog log = trainer_run(experiment->training, &curve_images, &options);
    Result result = experiment_row(experiment, variant, seed);
    result.kept_epoch = log.rows[log.result].epoch;
    measure_kept(experiment, variant, &result);
    weight_rules_free(&rules);
    log_free(&log);
    arena_free(arena);
    return result;
}
