/* Tests of the state that a training goes on from. */
#include "cases.h"

#include <string.h>

#include "base/random.h"
#include "expect_error.h"
#include "temporary.h"
#include "training/files.h"
#include "training/state.h"

enum { UNITS = 3, EPOCHS = 2, STEPS = 20 };

static Params *store(uint64_t seed) {
    Params *params = params_new(seed);
    params_get(params, "logits/kernel", shape2(5, UNITS), PARAMETER_KERNEL);
    params_get(params, "norm/moving_mean", shape1(UNITS), PARAMETER_MOVING_MEAN);
    params_allocate_training(params);
    Random random = random_stream(seed, 1);
    for (int i = 0; i < params_count(params); i++)
        for (size_t j = 0; j < params_at(params, i)->count; j++)
            parameter_values(params_at(params, i))[j] = random_normal(&random);
    for (size_t j = 0; j < params_block_count(params); j++)
        params_velocity(params)[j] = random_normal(&random);
    return params;
}

static const CheckpointInfo INFO = {.model = "linear",
                                    .classes = UNITS,
                                    .height = 8,
                                    .width = 8,
                                    .channels = 1,
                                    .mean = {0.25F},
                                    .deviation = {0.5F},
                                    .epoch = EPOCHS,
                                    .seed = 4};

/* A validation set whose second epoch was the better one. */
static Validation validation_of_two(void) {
    Validation validation = {.stopping = {.patience = 3}};
    validation_add(&validation, (Evaluation){1.0 / 3, 0.5});
    validation_add(&validation, (Evaluation){0.1 + 0.2, 0.625});
    return validation;
}

static TrainingState state_after(int step) {
    TrainingState state = {.info = INFO,
                           .step = step,
                           .steps = STEPS,
                           .loss = 0.1 + 0.7,
                           .right = 123,
                           .seconds = 12.125};
    log_add(&state.log, (LogRow){1, STEPS, 5.5, 0.1, 0.75, 0.5, 1.25, 0.625});
    log_add(&state.log, (LogRow){2, 2 * STEPS, 10.0, 0.05, 0.5, 0.75, 1.0, 0.875});
    return state;
}

/* A state after so many steps of the third epoch; its best network is that of store(2). */
static const char *written(int step) {
    const char *path = temporary_path(trainer_state_file);
    Params *params = store(1), *best = store(2);
    TrainingState state = state_after(step);
    Validation validation = validation_of_two();
    validation_keep(&validation, best);
    state_write(path, &state, params, &validation);
    log_free(&state.log);
    validation_free(&validation);
    params_free(params);
    params_free(best);
    return path;
}

static bool same_values(const Params *one, const Params *other) {
    for (int i = 0; i < params_count(one); i++)
        if (memcmp(parameter_values(params_at(one, i)), parameter_values(params_at(other, i)),
                   params_at(one, i)->count * sizeof(float)) != 0)
            return false;
    return true;
}

/* Anything but NULL: the validation is wanted. Nobody reads from it here. */
static BatchSource *const SOME = (BatchSource *)&INFO;

START_TEST(state_gives_everything_back) {
    const char *path = written(7);
    Params *params = store(9), *trained = store(1), *best = store(2);
    TrainingState expected = state_after(7), state = {.info = INFO, .steps = STEPS};
    Validation validation = {.batches = SOME, .stopping = {.patience = 3}};
    state.info.epoch = 0;
    state_read_info(path, &state.info, EPOCHS + 1);
    ck_assert_int_eq(state.info.epoch, EPOCHS);
    state_read(path, &state, params, &validation);
    ck_assert_int_eq(state.step, 7);
    ck_assert_double_eq(state.loss, expected.loss);
    ck_assert_double_eq(state.right, 123);
    ck_assert_double_eq(state.seconds, 12.125);
    ck_assert_int_eq(state.log.count, EPOCHS);
    ck_assert_mem_eq(state.log.rows, expected.log.rows, EPOCHS * sizeof(LogRow));
    ck_assert_int_eq(state.log.result, EPOCHS - 1);
    ck_assert(same_values(params, trained));
    ck_assert_mem_eq(params_velocity(params), params_velocity(trained), 5 * UNITS * sizeof(float));
    ck_assert(same_values(validation.best, best));
    ck_assert_int_eq(validation.count, EPOCHS);
    ck_assert_double_eq(validation.stopping.best_loss, 0.1 + 0.2);
    validation.batches = NULL;
    validation_free(&validation);
    log_free(&state.log);
    log_free(&expected.log);
    params_free(params);
    params_free(trained);
    params_free(best);
}
END_TEST

START_TEST(state_without_the_validation_leaves_it_out) {
    TrainingState state = {.info = INFO, .steps = STEPS};
    Validation validation = {0};
    Params *params = store(9), *trained = store(1);
    state_read(written(7), &state, params, &validation);
    ck_assert(same_values(params, trained) && !validation.best && validation.count == 0);
    log_free(&state.log);
    params_free(params);
    params_free(trained);
}
END_TEST

/* Of a training that leaves images out, the losses too. */
START_TEST(state_gives_losses_back) {
    const char *path = temporary_path(trainer_state_file);
    Params *params = store(1);
    Validation none = {0};
    TrainingState state = state_after(7), read = {.info = INFO, .steps = STEPS};
    state.hardness = hardness_new(5, 5, 0.5F, 0.5F);
    read.hardness = hardness_new(5, 5, 0.5F, 0.5F);
    for (int i = 0; i < 2; i++)
        parameter_values(params_at(state.hardness.losses, i))[3] = 0.25F + (float)i;
    state_write(path, &state, params, &none);
    state_read(path, &read, params, &none);
    ck_assert(same_values(read.hardness.losses, state.hardness.losses));
    hardness_free(&state.hardness);
    hardness_free(&read.hardness);
    log_free(&state.log);
    log_free(&read.log);
    params_free(params);
}
END_TEST

START_TEST(state_stands_beside_a_network) {
    Arena *arena = arena_new();
    const char *state = written(7), *network = temporary_path("model.safetensors");
    ck_assert_str_eq(state_path(arena, state), state);
    ck_assert_str_eq(state_path(arena, network), state); /* no network yet */
    Params *params = store(1);
    checkpoint_write(network, params, &INFO);
    ck_assert_str_eq(state_path(arena, network), state);
    params_free(params);
    arena_free(arena);
}
END_TEST

/* ---- what does not fit ---- */

typedef struct Misfit {
    CheckpointInfo info;
    int epochs, steps;
    EarlyStopping stopping;
    const char *says;
} Misfit;

static void read_misfit(const void *argument) {
    const Misfit *misfit = argument;
    const char *path = written(7);
    TrainingState state = {.info = misfit->info, .steps = misfit->steps};
    Validation validation = {.batches = SOME, .stopping = misfit->stopping};
    state_read_info(path, &state.info, misfit->epochs);
    state_read(path, &state, store(9), &validation);
}

START_TEST(state_misfits_are_errors) {
    Misfit misfits[] = {
        {INFO, EPOCHS - 1, STEPS, {.patience = 3}, "ask for more"},
        {INFO, 9, STEPS + 1, {.patience = 3}, "epoch of 20 steps, but an epoch has 21"},
        {INFO, 9, STEPS, {.patience = 3, .min_delta = 1}, "early stopping that it had"},
        {INFO, 9, STEPS, {.patience = 3}, "resume with its model"},
        {INFO, 9, STEPS, {.patience = 3}, "resume with their size"},
        {INFO, 9, STEPS, {.patience = 3}, "resume with its seed"},
        {INFO, 9, STEPS, {.patience = 3}, "3 classes, not 4"},
    };
    strcpy(misfits[3].info.model, "other");
    misfits[4].info.height = 9;
    misfits[5].info.seed = 5;
    misfits[6].info.classes = 4;
    for (size_t i = 0; i < sizeof misfits / sizeof misfits[0]; i++)
        expect_error(read_misfit, &misfits[i], trainer_state_file, misfits[i].says, NULL);
}
END_TEST

/* ---- the directory ---- */

static void lock(const void *out) {
    trainer_lock(out);
}

START_TEST(two_trainings_do_not_share_a_directory) {
    const char *out = temporary_path("shared");
    int first = trainer_lock(out);
    expect_error(lock, out, out, "another training", "choose another", NULL);
    trainer_unlock(first);
    ck_assert_int_eq(run_in_child(lock, out).status, 0); /* and its end frees it again */
    trainer_unlock(trainer_lock(out));
}
END_TEST

TCase *state_tests(void) {
    TCase *tests = tcase_create("training state");
    temporary_add(tests);
    tcase_add_test(tests, state_gives_everything_back);
    tcase_add_test(tests, state_without_the_validation_leaves_it_out);
    tcase_add_test(tests, state_gives_losses_back);
    tcase_add_test(tests, state_stands_beside_a_network);
    tcase_add_test(tests, state_misfits_are_errors);
    tcase_add_test(tests, two_trainings_do_not_share_a_directory);
    return tests;
}
