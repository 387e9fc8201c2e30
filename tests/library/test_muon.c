/* Tests of Muon, against the equations in double and what orthogonal matrices are. */
#include "cases.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "training/muon.h"
#include "training/sgd.h"

enum { MOST = 24, ITERATIONS = 5 };

typedef double Square[MOST][MOST];

/* product = left (rows, inner) right (inner, columns); with transposed, left is (inner, rows). */
static void multiply(int rows, int inner, int columns, Square left, bool transposed, Square right,
                     Square product) {
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            product[i][j] = 0;
            for (int k = 0; k < inner; k++)
                product[i][j] += (transposed ? left[k][i] : left[i][k]) * right[k][j];
        }
}

static double length(int rows, int columns, Square matrix) {
    double sum = 0;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            sum += matrix[i][j] * matrix[i][j];
    return sqrt(sum);
}

/* The iteration as training/muon.h writes it: the powers of X X' stand to the right of X. */
static void reference(int rows, int columns, Square x) {
    double size = length(rows, columns, x);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            x[i][j] /= size;
    for (int step = 0; step < ITERATIONS; step++) {
        Square gram, cubic, quintic;
        multiply(columns, rows, columns, x, true, x, gram);
        multiply(rows, columns, columns, x, false, gram, cubic);
        multiply(rows, columns, columns, cubic, false, gram, quintic);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                x[i][j] = 3.4445 * x[i][j] - 4.7750 * cubic[i][j] + 2.0315 * quintic[i][j];
    }
}

static const struct {
    int rows, columns;
} sizes[] = {{1, 1}, {5, 1}, {1, 7}, {4, 4}, {24, 8}, {9, 16}, {17, 13}};

enum { SIZES = sizeof sizes / sizeof sizes[0] };

static void fill(int rows, int columns, float *flat, Square matrix) {
    Random random = random_stream(3, (uint64_t)rows * MOST + (uint64_t)columns);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            matrix[i][j] = flat[i * columns + j] = random_normal(&random);
}

START_TEST(muon_orthogonalizes_by_the_equation) {
    int rows = sizes[_i].rows, columns = sizes[_i].columns;
    float flat[MOST * MOST];
    Square expected;
    fill(rows, columns, flat, expected);
    MuonWorkspace *workspace = muon_workspace_new(rows, columns);
    muon_orthogonalize(rows, columns, flat, workspace);
    muon_workspace_free(workspace);
    reference(rows, columns, expected);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            ck_assert_double_eq_tol((double)flat[i * columns + j], expected[i][j], 2e-4);
}
END_TEST

/* Of a matrix with orthogonal columns of any lengths: the singular values are these lengths, and
 * the directions stay. */
START_TEST(muon_makes_all_directions_as_long) {
    enum { SIZE = 8 };
    float flat[SIZE * SIZE];
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) /* a cosine transform; column j is 2^-j long */
            flat[i * SIZE + j] = (float)(ldexp(sqrt(j == 0 ? 1.0 / SIZE : 2.0 / SIZE), -(j % 6)) *
                                         cos(M_PI * (i + 0.5) * j / SIZE));
    float before[SIZE * SIZE];
    memcpy(before, flat, sizeof flat);
    MuonWorkspace *workspace = muon_workspace_new(SIZE, SIZE);
    muon_orthogonalize(SIZE, SIZE, flat, workspace);
    muon_workspace_free(workspace);
    for (int j = 0; j < SIZE; j++)
        for (int k = 0; k < SIZE; k++) {
            double dot = 0;
            for (int i = 0; i < SIZE; i++)
                dot += (double)flat[i * SIZE + j] * (double)before[i * SIZE + k];
            dot *= ldexp(1, k % 6);
            if (j == k)
                ck_assert_msg(dot > 0.65 && dot < 1.25, "direction %d is %g long", j, dot);
            else
                ck_assert_double_eq_tol(dot, 0, 1e-4);
        }
}
END_TEST

START_TEST(muon_keeps_zeros) {
    float zeros[12] = {0};
    MuonWorkspace *workspace = muon_workspace_new(4, 3);
    muon_orthogonalize(4, 3, zeros, workspace);
    muon_workspace_free(workspace);
    for (int i = 0; i < 12; i++)
        ck_assert_double_eq((double)zeros[i], 0);
}
END_TEST

/* Two steps, so that the velocity counts. */
START_TEST(muon_step_follows_the_equations) {
    enum { ROWS = 17, COLUMNS = 13 };
    SgdOptions options = {0.3F, 0.8F, _i == 1};
    float gradients[ROWS * COLUMNS], values[ROWS * COLUMNS], velocity[ROWS * COLUMNS] = {0};
    Square gradient, value, speed = {{0}}, step;
    fill(COLUMNS, ROWS, values, value); /* other numbers than the gradient's, in another order */
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            value[i][j] = (double)values[i * COLUMNS + j];
    fill(ROWS, COLUMNS, gradients, gradient);
    MuonWorkspace *workspace = muon_workspace_new(ROWS, COLUMNS);
    for (int k = 0; k < 2; k++) {
        muon_step(ROWS, COLUMNS, options, gradients, values, velocity, workspace);
        double size = sqrt(COLUMNS) / length(ROWS, COLUMNS, value);
        for (int i = 0; i < ROWS; i++)
            for (int j = 0; j < COLUMNS; j++) {
                speed[i][j] = (double)options.momentum * speed[i][j] + gradient[i][j];
                step[i][j] =
                    _i == 1 ? gradient[i][j] + (double)options.momentum * speed[i][j] : speed[i][j];
            }
        reference(ROWS, COLUMNS, step);
        for (int i = 0; i < ROWS; i++)
            for (int j = 0; j < COLUMNS; j++)
                value[i][j] = size * value[i][j] - (double)options.learning_rate * step[i][j];
        for (int i = 0; i < ROWS * COLUMNS; i++) /* another gradient for the second step */
            gradient[i / COLUMNS][i % COLUMNS] = gradients[i] = gradients[i] * (float)(i % 5);
    }
    muon_workspace_free(workspace);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            ck_assert_double_eq_tol((double)values[i * COLUMNS + j], value[i][j], 3e-4);
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
    SgdOptions options = {0.1F, 0.9F, true}, twice = {0.2F, 0.9F, true};
    Params *params = some_params(), *expected = some_params();
    Optimizer *optimizer = optimizer_new(params, decay, NULL);
    optimizer_use_muon(optimizer, 2);
    optimizer_step(optimizer, options);
    MuonWorkspace *workspace = muon_workspace_new(ROWS, COLUMNS);
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(params, i), *other = params_at(expected, i);
        float *values = parameter_values(other), *velocity = parameter_velocity(other);
        if (i == CONVOLUTION)
            muon_step(ROWS, COLUMNS, twice, parameter_gradient(other), values, velocity, workspace);
        else
            sgd_momentum_step(other->count, options, other->role == PARAMETER_KERNEL ? decay : 0,
                              parameter_gradient(other), values, velocity);
        ck_assert_mem_eq(parameter_values(parameter), values, other->count * sizeof(float));
        ck_assert_mem_eq(parameter_velocity(parameter), velocity, other->count * sizeof(float));
    }
    muon_workspace_free(workspace);
    optimizer_free(optimizer);
    params_free(params);
    params_free(expected);
}
END_TEST

TCase *muon_tests(void) {
    TCase *tests = tcase_create("Muon");
    tcase_add_loop_test(tests, muon_orthogonalizes_by_the_equation, 0, SIZES);
    tcase_add_test(tests, muon_makes_all_directions_as_long);
    tcase_add_test(tests, muon_keeps_zeros);
    tcase_add_loop_test(tests, muon_step_follows_the_equations, 0, 2);
    tcase_add_test(tests, muon_moves_convolutions_but_the_first);
    return tests;
}
