/* Tests of the optimiser and the schedules, against float64 and closed forms. */
#include "cases.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/random.h"
#include "expect_error.h"
#include "training/optimizer.h"

enum { VALUES = 1000, STEPS = 20 };

/* The equations in double, from pieces/training.h. */
static void reference_step(size_t count, SgdOptions options, double weight_decay,
                           const float *gradients, double *values, double *velocity) {
    for (size_t i = 0; i < count; i++) {
        double g = gradients[i] + weight_decay * values[i];
        velocity[i] = (double)options.momentum * velocity[i] + g;
        double step = options.nesterov ? g + (double)options.momentum * velocity[i] : velocity[i];
        values[i] -= (double)options.learning_rate * step;
    }
}

START_TEST(sgd_step_follows_the_equations) {
    SgdOptions options = {0.05F, 0.9F, _i == 1};
    float gradients[VALUES], values[VALUES], velocity[VALUES] = {0};
    double expected[VALUES], expected_velocity[VALUES] = {0};
    Random random = random_stream(11, 0);
    for (int i = 0; i < VALUES; i++)
        expected[i] = values[i] = random_normal(&random);
    for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < VALUES; i++)
            gradients[i] = random_normal(&random);
        options.learning_rate *= 0.9F;
        sgd_momentum_step(VALUES, options, 0.01F, gradients, values, velocity);
        reference_step(VALUES, options, (double)0.01F, gradients, expected, expected_velocity);
    }
    for (int i = 0; i < VALUES; i++) {
        ck_assert_double_eq_tol((double)values[i], expected[i], 5e-6);
        ck_assert_double_eq_tol((double)velocity[i], expected_velocity[i], 5e-5);
    }
}
END_TEST

/* A constant gradient of 1: velocity (1 - m^k) / (1 - m) after k steps. */
START_TEST(sgd_constant_gradient_has_a_closed_form) {
    float gradient = 1, value = 0, velocity = 0;
    SgdOptions options = {0.1F, 0.5F, false};
    for (int step = 0; step < 10; step++)
        sgd_momentum_step(1, options, 0, &gradient, &value, &velocity);
    ck_assert_double_eq_tol((double)velocity, 2 * (1 - pow(0.5, 10)), 1e-6);
    /* The sum of 2 (1 - 2^-k) over k = 1 to 10. */
    ck_assert_double_eq_tol((double)value, -0.1 * (20 - 2 * (1 - pow(0.5, 10))), 1e-6);

    options.nesterov = true; /* one step: 1 + 0.5 * 1 */
    value = velocity = 0;
    sgd_momentum_step(1, options, 0, &gradient, &value, &velocity);
    ck_assert_double_eq_tol((double)value, -0.15, 1e-7);
}
END_TEST

START_TEST(sgd_decay_alone_shrinks_the_values) {
    float gradient = 0, value = 3, velocity = 0;
    SgdOptions options = {0.5F, 0, false};
    for (int step = 0; step < 10; step++)
        sgd_momentum_step(1, options, 0.1F, &gradient, &value, &velocity);
    ck_assert_double_eq_tol((double)value, 3 * pow(0.95, 10), 1e-5);
    sgd_momentum_step(0, options, 0.1F, NULL, NULL, NULL);
}
END_TEST

/* ---- the optimiser ---- */

/* Small and large parameters of every role, with gaps between them. */
static Params *some_params(void) {
    Params *params = params_new(5);
    params_get(params, "stem/kernel", (Shape){4, {3, 3, 1, 7}}, PARAMETER_KERNEL);
    params_get(params, "stem/bias", shape1(7), PARAMETER_BIAS);
    params_get(params, "norm/gamma", shape1(7), PARAMETER_GAMMA);
    params_get(params, "norm/moving_mean", shape1(7), PARAMETER_MOVING_MEAN);
    params_get(params, "norm/beta", shape1(7), PARAMETER_BETA);
    params_get(params, "large/kernel", (Shape){4, {3, 3, 101, 99}}, PARAMETER_KERNEL);
    params_get(params, "large2/kernel", shape2(123, 45), PARAMETER_KERNEL);
    params_get(params, "logits/kernel", shape2(64, 10), PARAMETER_KERNEL);
    params_get(params, "logits/bias", shape1(10), PARAMETER_BIAS);
    params_allocate_training(params);
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(params, i);
        Random random = random_stream(6, random_name(parameter->name));
        if (parameter_is_trainable(parameter))
            for (size_t j = 0; j < parameter->count; j++)
                parameter_gradient(parameter)[j] = random_normal(&random);
    }
    return params;
}

static double decay_of(const Parameter *parameter, double decay, const char *only) {
    bool named = !only || strncmp(parameter->name, only, strlen(only)) == 0;
    return parameter->role == PARAMETER_KERNEL && named ? decay : 0;
}

static void check_optimizer(const char *only) {
    const float decay = 0.25F;
    const SgdOptions options = {0.1F, 0.9F, true};
    Params *params = some_params(), *before = some_params();
    Optimizer *optimizer = optimizer_new(params, decay, only);
    optimizer_step(optimizer, options);
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(params, i);
        const float *old = parameter_values(params_at(before, i));
        const float *got = parameter_values(parameter);
        for (size_t j = 0; j < parameter->count; j++) {
            double value = (double)old[j], velocity = 0;
            if (parameter_is_trainable(parameter))
                reference_step(1, options, decay_of(parameter, (double)decay, only),
                               parameter_gradient(parameter) + j, &value, &velocity);
            if (!(fabs((double)got[j] - value) < 1e-6))
                ck_abort_msg("%s[%zu]: %g, expected %g", parameter->name, j, (double)got[j], value);
        }
    }
    optimizer_free(optimizer);
    params_free(params);
    params_free(before);
}

START_TEST(optimizer_steps_every_parameter_once) {
    check_optimizer(NULL);
    check_optimizer("logits");
    check_optimizer("large");
    optimizer_free(NULL);
}
END_TEST

static void decay_nothing(const void *only) {
    optimizer_new(some_params(), 0.1F, only);
}

START_TEST(optimizer_unknown_prefix_is_an_error) {
    omp_set_num_threads(1); /* the child that fails has no other threads */
    expect_error(decay_nothing, "logit5", "\"logit5\"", "no kernel", "use", NULL);
    expect_error(decay_nothing, "norm", "\"norm\"", NULL);
}
END_TEST

START_TEST(optimizer_threads_do_not_matter) {
    Params *stores[3];
    for (int threads = 1; threads <= 3; threads++) {
        omp_set_num_threads(threads);
        Params *params = stores[threads - 1] = some_params();
        Optimizer *optimizer = optimizer_new(params, 0.1F, NULL);
        for (int step = 0; step < 5; step++)
            optimizer_step(optimizer, (SgdOptions){0.1F, 0.9F, true});
        optimizer_free(optimizer);
        size_t bytes = params_block_count(params) * sizeof(float);
        ck_assert(memcmp(params_values(params), params_values(stores[0]), bytes) == 0);
        ck_assert(memcmp(params_velocity(params), params_velocity(stores[0]), bytes) == 0);
    }
    for (int i = 0; i < 3; i++)
        params_free(stores[i]);
}
END_TEST

/* ---- schedules ---- */

static void check_rate(Schedule schedule, int step, int total, double expected) {
    float rate = learning_rate_at(&schedule, step, total);
    ck_assert_msg(fabs((double)rate - expected) < 1e-6, "schedule %d, step %d of %d: %g, not %g",
                  schedule.kind, step, total, (double)rate, expected);
}

START_TEST(schedules_at_points_by_hand) {
    const struct {
        Schedule schedule;
        int step, total;
        double rate;
    } points[] = {
        {{SCHEDULE_CONSTANT, 0.3F, 0}, 0, 10, 0.3},
        {{SCHEDULE_CONSTANT, 0.3F, 0}, 9, 10, 0.3},
        {{SCHEDULE_STEPS, 0.4F, 0}, 0, 100, 0.4},
        {{SCHEDULE_STEPS, 0.4F, 0}, 49, 100, 0.4},
        {{SCHEDULE_STEPS, 0.4F, 0}, 50, 100, 0.04},
        {{SCHEDULE_STEPS, 0.4F, 0}, 74, 100, 0.04},
        {{SCHEDULE_STEPS, 0.4F, 0}, 75, 100, 0.004},
        {{SCHEDULE_STEPS, 0.4F, 0}, 99, 100, 0.004},
        {{SCHEDULE_COSINE, 0.2F, 0}, 0, 100, 0.2},
        {{SCHEDULE_COSINE, 0.2F, 0}, 25, 100, 0.1 * (1 + sqrt(0.5))},
        {{SCHEDULE_COSINE, 0.2F, 0}, 50, 100, 0.1},
        {{SCHEDULE_COSINE, 0.2F, 0}, 75, 100, 0.1 * (1 - sqrt(0.5))},
        {{SCHEDULE_ONE_CYCLE, 1, 0}, 0, 8, 1},
        {{SCHEDULE_ONE_CYCLE, 1, 0}, 6, 8, 0.25},
        /* Up over 20 of 100 steps in parts of 21, then down over 80. */
        {{SCHEDULE_ONE_CYCLE, 0.21F, 0.2F}, 0, 100, 0.01},
        {{SCHEDULE_ONE_CYCLE, 0.21F, 0.2F}, 19, 100, 0.2},
        {{SCHEDULE_ONE_CYCLE, 0.21F, 0.2F}, 20, 100, 0.21},
        {{SCHEDULE_ONE_CYCLE, 0.21F, 0.2F}, 60, 100, 0.105},
        {{SCHEDULE_ONE_CYCLE, 0.21F, 0.2F}, 99, 100, 0.21 / 80},
        {{SCHEDULE_COSINE, 0.22F, 0.1F}, 4, 100, 0.1},
        {{SCHEDULE_COSINE, 0.22F, 0.1F}, 55, 100, 0.11},
        {{SCHEDULE_CONSTANT, 0.22F, 0.1F}, 0, 100, 0.02},
        {{SCHEDULE_STEPS, 0.22F, 0.1F}, 9, 100, 0.2},
        {{SCHEDULE_STEPS, 0.22F, 0.1F}, 50, 100, 0.022},
        {{SCHEDULE_ONE_CYCLE, 0.5F, 1}, 9, 10, 0.5 * 10 / 11},
        {{SCHEDULE_ONE_CYCLE, 0.5F, 0}, 0, 1, 0.5},
    };
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
        check_rate(points[i].schedule, points[i].step, points[i].total, points[i].rate);
}
END_TEST

TCase *sgd_tests(void) {
    TCase *tests = tcase_create("sgd and schedules");
    tcase_add_loop_test(tests, sgd_step_follows_the_equations, 0, 2);
    tcase_add_test(tests, sgd_constant_gradient_has_a_closed_form);
    tcase_add_test(tests, sgd_decay_alone_shrinks_the_values);
    tcase_add_test(tests, optimizer_steps_every_parameter_once);
    tcase_add_test(tests, optimizer_unknown_prefix_is_an_error);
    tcase_add_test(tests, optimizer_threads_do_not_matter);
    tcase_add_test(tests, schedules_at_points_by_hand);
    return tests;
}
