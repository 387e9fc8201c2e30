/* Tests of the validation set, and of whole trainings: what is logged, averaged, stopped, kept. */
#include "cases.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "expect_error.h"
#include "layers/layers.h"
#include "temporary.h"
#include "training/checkpoint.h"
#include "training/trainer.h"
#include "training/validation.h"

enum { COUNT = 60, APART = 20, SIDE = 4, PIXELS = SIDE * SIDE, CLASSES = 3 };

START_TEST(validation_split_is_a_permutation) {
    int first[COUNT], again[COUNT], other[COUNT], times[COUNT] = {0};
    validation_split(COUNT, 5, first);
    validation_split(COUNT, 5, again);
    validation_split(COUNT, 6, other);
    for (int i = 0; i < COUNT; i++)
        times[first[i]]++;
    for (int i = 0; i < COUNT; i++)
        ck_assert_int_eq(times[i], 1);
    ck_assert_mem_eq(first, again, sizeof first);
    ck_assert_mem_ne(first, other, sizeof first);
}
END_TEST

static const double losses[] = {0.9, 0.5, 0.1 + 0.2, 0.7, 0.6, 0.4, 0.2};

/* A validation that has had so many epochs. */
static Validation after(int epochs) {
    Validation validation = {.stopping = {.patience = 3}};
    for (int i = 0; i < epochs; i++)
        validation_add(&validation, (Evaluation){losses[i], 0.5});
    return validation;
}

START_TEST(validation_stops_and_goes_on_from_its_text) {
    Arena *arena = arena_new();
    for (int epochs = 0; epochs <= 6; epochs++) {
        Validation whole = after(6), part = after(epochs), read = {.stopping = {.patience = 3}};
        ck_assert(whole.stopped && whole.stopping.best_epoch == 3);
        validation_parse(&read, "file", validation_text(&part, arena));
        ck_assert_int_eq(read.count, epochs);
        ck_assert_int_eq(read.stopped, epochs == 6);
        ck_assert_int_eq(read.stopping.best_epoch, part.stopping.best_epoch);
        ck_assert_double_eq(read.stopping.best_loss, part.stopping.best_loss);
        validation_free(&whole);
        validation_free(&part);
        validation_free(&read);
    }
    arena_free(arena);
}
END_TEST

START_TEST(validation_without_patience_never_stops) {
    Validation validation = {0};
    ck_assert(validation_add(&validation, (Evaluation){0.5, 0}));
    for (int i = 0; i < 100; i++)
        ck_assert(!validation_add(&validation, (Evaluation){0.7, 0}));
    ck_assert(!validation.stopped);
    validation_free(&validation);
}
END_TEST

static void parse(const void *text) {
    Validation validation = {0};
    validation_parse(&validation, "state", text);
}

START_TEST(validation_texts_that_do_not_fit) {
    expect_error(parse, "epoch,validation_loss,validation_accuracy\n1,none,0\n", "state", "line 2",
                 NULL);
    expect_error(parse, "epoch,validation_loss,validation_accuracy\n2,1,0\n", "line 2 is not",
                 "epoch 1", NULL);
    expect_error(parse, "", "state", "nothing of a validation", NULL);
}
END_TEST

/* ---- a whole training ---- */

static Tensor *record_linear(const void *model, Tensor *images, bool is_training) {
    (void)model;
    (void)is_training;
    return dense(flatten(images), (DenseOptions){.units = CLASSES, .name = "logits"});
}

/* Labels by chance: what is learned by heart is of no use on other images. */
static Dataset chance(void) {
    Dataset dataset = {
        .count = COUNT, .height = SIDE, .width = SIDE, .channels = 1, .classes = CLASSES};
    dataset.images = memory_new(COUNT * PIXELS, 1);
    dataset.labels = memory_new(COUNT, 1);
    Random random = random_stream(21, 0);
    for (int i = 0; i < COUNT * PIXELS; i++)
        dataset.images[i] = (unsigned char)random_below(&random, 256);
    for (int i = 0; i < COUNT; i++)
        dataset.labels[i] = (unsigned char)random_below(&random, CLASSES);
    return dataset;
}

static TrainerOptions linear_options(const char *out) {
    return (TrainerOptions){.record = record_linear,
                            .model_name = "linear",
                            .epochs = 60,
                            .batch = 8,
                            .schedule = {SCHEDULE_CONSTANT, 0.05F, 0},
                            .momentum = 0.9F,
                            .validation = APART,
                            .patience = 4,
                            .seed = 3,
                            .out = out,
                            .quiet = true};
}

/* The loss of the network in a checkpoint on the first `count` images of the seed's split. */
static double loss_of(const char *checkpoint, const Dataset *dataset, uint64_t seed, int count) {
    int numbers[COUNT];
    validation_split(COUNT, seed, numbers);
    CheckpointInfo info = checkpoint_read_info(checkpoint);
    Params *params = params_new(seed);
    Network network = network_new(
        params,
        (NetworkOptions){
            .record = record_linear, .batch = count, .height = SIDE, .width = SIDE, .channels = 1});
    checkpoint_read(checkpoint, params);
    BatchSource *source = batch_source_new(dataset, (BatchOptions){.batch = count,
                                                                   .mean = info.mean,
                                                                   .deviation = info.deviation,
                                                                   .numbers = numbers,
                                                                   .count = count});
    double loss = evaluate(&network, source, 1).loss;
    batch_source_free(source);
    network_free(&network);
    params_free(params);
    return loss;
}

START_TEST(early_stopping_keeps_the_best_network) {
    Dataset dataset = chance();
    const char *out = temporary_path("stopped");
    TrainerOptions options = linear_options(out);
    TrainingLog log = trainer_run(&dataset, &dataset, &options);
    Arena *arena = arena_new();
    Validation validation = {.stopping = {.patience = 4}};
    const char *file = trainer_path(arena, out, trainer_validation_file);
    char text[4096] = "";
    FILE *stream = fopen(file, "r");
    ck_assert_uint_gt(fread(text, 1, sizeof text - 1, stream), 0);
    fclose(stream);
    validation_parse(&validation, file, text);
    ck_assert_int_eq(validation.count, log.count);

    /* The lowest loss of the file lies patience epochs before its end, and is the result. */
    int best = 0;
    for (int i = 1; i < validation.count; i++)
        best = validation.epochs[i].loss < validation.epochs[best].loss ? i : best;
    ck_assert_int_lt(log.count, options.epochs);
    ck_assert_int_eq(best, log.count - 1 - 4);
    ck_assert_int_eq(log.result, best);
    ck_assert_int_eq(log.rows[log.result].epoch, best + 1);

    /* And it is that of the network in the file, on images that it was not trained on. */
    const char *kept = trainer_path(arena, out, trainer_best_file);
    ck_assert_double_eq_tol(loss_of(kept, &dataset, 3, APART), validation.epochs[best].loss, 1e-9);
    ck_assert_int_eq(checkpoint_read_info(kept).epoch, best + 1);
    const char *last = trainer_path(arena, out, trainer_model_file);
    ck_assert_double_eq_tol(loss_of(last, &dataset, 3, APART),
                            validation.epochs[log.count - 1].loss, 1e-9);
    validation_free(&validation);
    arena_free(arena);
    log_free(&log);
    dataset_free(&dataset);
}
END_TEST

/* What is kept apart leaves no trace in the training: other pixels there, the same network. */
START_TEST(validation_images_are_not_trained_on) {
    float values[2][PIXELS * CLASSES];
    for (int changed = 0; changed < 2; changed++) {
        Dataset dataset = chance();
        int numbers[COUNT];
        validation_split(COUNT, 3, numbers);
        for (int i = 0; changed && i < APART; i++) { /* mirrored: mean and deviation stay */
            unsigned char *image = dataset.images + (size_t)numbers[i] * PIXELS;
            for (int p = 0; p < PIXELS / 2; p++) {
                unsigned char pixel = image[p];
                image[p] = image[PIXELS - 1 - p];
                image[PIXELS - 1 - p] = pixel;
            }
        }
        const char *out = temporary_path(changed ? "changed" : "as_is");
        TrainerOptions options = linear_options(out);
        options.patience = 0;
        options.epochs = 2;
        TrainingLog log = trainer_run(&dataset, &dataset, &options);
        ck_assert_int_eq(log.result, 1);
        ck_assert_int_eq(log.rows[1].step, 2 * ((COUNT - APART) / 8));
        Arena *arena = arena_new();
        Params *params = params_new(3);
        Network network = network_new(
            params,
            (NetworkOptions){
                .record = record_linear, .batch = 1, .height = SIDE, .width = SIDE, .channels = 1});
        checkpoint_read(trainer_path(arena, out, trainer_model_file), params);
        memcpy(values[changed], parameter_values(params_find(params, "logits/kernel")),
               sizeof values[changed]);
        network_free(&network);
        params_free(params);
        arena_free(arena);
        log_free(&log);
        dataset_free(&dataset);
    }
    ck_assert_mem_eq(values[0], values[1], sizeof values[0]);
}
END_TEST

/* At a rate of 0 the network stays as it is: its losses while training are those of the test. */
START_TEST(log_has_what_was_measured) {
    Dataset dataset = chance();
    TrainerOptions options = linear_options(temporary_path("still"));
    options.validation = options.patience = 0;
    options.epochs = 2;
    options.batch = COUNT / 3;
    options.schedule.peak = 0;
    TrainingLog log = trainer_run(&dataset, &dataset, &options);
    for (int i = 0; i < 2; i++) {
        ck_assert_double_eq_tol(log.rows[i].train_loss, log.rows[i].test_loss, 1e-6);
        ck_assert_double_eq_tol(log.rows[i].train_accuracy, log.rows[i].test_accuracy, 1e-12);
    }
    log_free(&log);

    options.label_smoothing = 0.5F; /* of what is trained on alone */
    log = trainer_run(&dataset, &dataset, &options);
    ck_assert_double_gt(fabs(log.rows[0].train_loss - log.rows[0].test_loss), 1e-3);
    log_free(&log);

    options.schedule = (Schedule){SCHEDULE_ONE_CYCLE, 0.6F, 0}; /* six steps, from 0.6 down */
    log = trainer_run(&dataset, &dataset, &options);
    ck_assert_double_eq_tol(log.rows[0].learning_rate, 0.4, 1e-6);
    ck_assert_double_eq_tol(log.rows[1].learning_rate, 0.1, 1e-6);
    log_free(&log);
    dataset_free(&dataset);
}
END_TEST

/* What is tested is the average, and so is what the file has. */
START_TEST(averaged_network_is_tested_and_kept) {
    Dataset dataset = chance();
    const char *out = temporary_path("averaged");
    TrainerOptions options = linear_options(out);
    options.validation = options.patience = 0;
    options.epochs = 2;
    options.average = 0.5F;
    TrainingLog log = trainer_run(&dataset, &dataset, &options);
    Arena *arena = arena_new();
    const char *file = trainer_path(arena, out, trainer_model_file);
    double average = log.rows[1].test_loss;
    ck_assert_double_eq_tol(loss_of(file, &dataset, 3, COUNT), average, 1e-6);
    log_free(&log);
    options.average = 0;
    log = trainer_run(&dataset, &dataset, &options);
    ck_assert_double_gt(fabs(loss_of(file, &dataset, 3, COUNT) - average), 1e-4);
    arena_free(arena);
    log_free(&log);
    dataset_free(&dataset);
}
END_TEST

TCase *validation_tests(void) {
    TCase *tests = tcase_create("validation");
    temporary_add(tests);
    tcase_add_test(tests, validation_split_is_a_permutation);
    tcase_add_test(tests, validation_stops_and_goes_on_from_its_text);
    tcase_add_test(tests, validation_without_patience_never_stops);
    tcase_add_test(tests, validation_texts_that_do_not_fit);
    tcase_add_test(tests, early_stopping_keeps_the_best_network);
    tcase_add_test(tests, validation_images_are_not_trained_on);
    tcase_add_test(tests, log_has_what_was_measured);
    tcase_add_test(tests, averaged_network_is_tested_and_kept);
    return tests;
}
