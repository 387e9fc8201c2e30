/* Tests of Muon's matrices and its step, against the equations in double. */
#include "cases.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "training/matrix.h"
#include "training/muon.h"
#include "training/optimizer.h"

static void fill(size_t count, uint64_t stream, float *values) {
    Random random = random_stream(3, stream);
    for (size_t i = 0; i < count; i++)
        values[i] = random_normal(&random);
}

enum { MOST = 200 };

static const struct {
    int rows, columns;
} sizes[] = {{1, 1}, {5, 1}, {1, 7}, {4, 4}, {24, 8}, {9, 16}, {17, 13}, {200, 33}};

enum { SIZES = sizeof sizes / sizeof sizes[0] };

START_TEST(matrices_are_multiplied) {
    int rows = sizes[_i].rows, columns = sizes[_i].columns;
    static float matrix[MOST * MOST], right[MOST * MOST], gram[MOST * MOST], product[MOST * MOST];
    fill((size_t)rows * columns, 1, matrix);
    fill((size_t)columns * columns, 2, right);
    matrix_gram(rows, columns, matrix, gram);
    memcpy(product, matrix, sizeof product);
    matrix_multiply(rows, columns, product, right);
    for (int j = 0; j < columns; j++) {
        for (int i = 0; i < columns; i++) {
            double expected = 0;
            for (int k = 0; k < rows; k++)
                expected += (double)matrix[k * columns + i] * (double)matrix[k * columns + j];
            ck_assert_double_eq_tol((double)gram[i * columns + j], expected, 1e-4);
        }
        for (int i = 0; i < rows; i++) {
            double expected = 0;
            for (int k = 0; k < columns; k++)
                expected += (double)matrix[i * columns + k] * (double)right[k * columns + j];
            ck_assert_double_eq_tol((double)product[i * columns + j], expected, 1e-4);
        }
    }
}
END_TEST

/* Two steps, so that the velocity counts. */
START_TEST(muon_step_follows_the_equations) {
    enum { ROWS = 17, COLUMNS = 13, COUNT = ROWS * COLUMNS };
    const bool nesterov = _i == 1;
    float gradients[COUNT], values[COUNT], velocity[COUNT] = {0}, step[COUNT];
    double value[COUNT], speed[COUNT] = {0};
    fill(COUNT, 1, gradients);
    fill(COUNT, 2, values);
    for (int i = 0; i < COUNT; i++)
        value[i] = (double)values[i];
    for (int k = 0; k < 2; k++) {
        muon_step(ROWS, COLUMNS, (SgdOptions){0.3F, 0.75F, nesterov}, gradients, values, velocity);
        double squares = 0;
        for (int i = 0; i < COUNT; i++) {
            squares += value[i] * value[i];
            speed[i] = 0.75 * speed[i] + (double)gradients[i];
            step[i] = (float)(nesterov ? (double)gradients[i] + 0.75 * speed[i] : speed[i]);
        }
        orthogonalize(ROWS, COLUMNS, step); /* tests/exercises/ has its tests */
        for (int i = 0; i < COUNT; i++) {
            value[i] = value[i] * sqrt(COLUMNS / squares) - (double)0.3F * (double)step[i];
            ck_assert_double_eq_tol((double)values[i], value[i], 1e-4);
            gradients[i] *= (float)(i % 5); /* another for the second step */
        }
    }
}
END_TEST

static Params *some_params(void) {
    Params *params = params_new(5);
    params_get(params, "stem/kernel", (Shape){4, {3, 3, 1, 7}}, PARAMETER_KERNEL);
    params_get(params, "stem/bias", shape1(7), PARAMETER_BIAS);
    params_get(params, "conv2d/kernel", (Shape){4, {3, 3, 2, 5}}, PARAMETER_KERNEL);
    params_get(params, "conv2d/bias", shape1(5), PARAMETER_BIAS);
    params_get(params, "logits/kernel", shape2(64, 10), PARAMETER_KERNEL);
    params_allocate_training(params);
    for (size_t i = 0; i < params_block_count(params); i++)
        params_gradients(params)[i] = (float)(i % 7) - 2;
    return params;
}

/* The equations of both, each on the parameters that are its own. */
START_TEST(muon_moves_convolutions_but_the_first) {
    enum { CONVOLUTION = 2, ROWS = 18, COLUMNS = 5 };
    const float decay = 0.5F;
    SgdOptions options = {0.1F, 0.9F, true}, half = {0.05F, 0.9F, true};
    Params *params = some_params(), *expected = some_params();
    Optimizer *optimizer = optimizer_new(params, decay, NULL);
    optimizer_use_muon(optimizer, 2, 4);
    optimizer_step(optimizer, options);
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(params, i), *other = params_at(expected, i);
        float *values = parameter_values(other), *velocity = parameter_velocity(other);
        if (i == CONVOLUTION)
            muon_step(ROWS, COLUMNS, half, parameter_gradient(other), values, velocity);
        else
            sgd_momentum_step(other->count, options, other->role == PARAMETER_KERNEL ? decay : 0,
                              parameter_gradient(other), values, velocity);
        ck_assert_mem_eq(parameter_values(parameter), values, other->count * sizeof(float));
        ck_assert_mem_eq(parameter_velocity(parameter), velocity, other->count * sizeof(float));
    }
    optimizer_free(optimizer);
    params_free(params);
    params_free(expected);
}
END_TEST

TCase *muon_tests(void) {
    TCase *tests = tcase_create("Muon");
    tcase_add_loop_test(tests, matrices_are_multiplied, 0, SIZES);
    tcase_add_loop_test(tests, muon_step_follows_the_equations, 0, 2);
    tcase_add_test(tests, muon_moves_convolutions_but_the_first);
    return tests;
}
