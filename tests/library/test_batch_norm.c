/* The vectorised batch normalisation against float64 references, and the same bits for 1, 2 and 3
 * threads. */
#include <math.h>
#include <omp.h>

#include "batch_norm_case.h"
#include "cases.h"
#include "compare.h"

/* Of the sum of the absolute values of the terms; float32 has steps of 6e-8 to 1.2e-7. */
static const double TOLERANCE = 1e-6;

/* (positions, channels): a single value, tails of every kind, rows joined, whole and cut, one chunk
 * and many, and shapes of training. */
static const int SHAPES[][2] = {
    {1, 1},    {2, 1},      {9000, 1},  {1000, 2},  {33000, 3},  {127, 5},    {5001, 10},
    {129, 15}, {12544, 16}, {515, 16},  {1027, 17}, {3136, 32},  {333, 33},   {263, 63},
    {784, 64}, {6272, 64},  {131, 65},  {300, 100}, {2048, 128}, {97, 255},   {512, 256},
    {31, 300}, {128, 512},  {33, 1024}, {35, 1025}, {1, 2048},   {100, 2500},
};
enum { SHAPE_COUNT = sizeof SHAPES / sizeof *SHAPES };

/* Cut into the most groups of 8 at most that the positions allow; whole: into one. */
static BatchNormSize size_of(int positions, int channels, bool whole) {
    int groups = whole ? 1 : 8;
    while (positions % groups != 0)
        groups /= 2;
    return (BatchNormSize){positions, channels, {.count = groups}};
}

/* offset + spread * normal numbers, another spread in each channel. */
static float *spread_inputs(int positions, int channels, float offset) {
    size_t count = (size_t)positions * channels;
    float *inputs = array_random(count, 1);
    for (size_t i = 0; i < count; i++)
        inputs[i] = offset + inputs[i] * (0.5F + (float)(i % channels % 7));
    return inputs;
}

static void check_statistics(int positions, int channels, float offset, bool whole) {
    BatchNormSize size = size_of(positions, channels, whole);
    float *inputs = spread_inputs(positions, channels, offset);
    float *mean = array_new(channels), *variance = array_new(channels);
    float *workspace = array_new(batch_norm_workspace(size) / sizeof(float) + 1);
    batch_norm_statistics(size, inputs, mean, variance, workspace);

    double *expected_mean = doubles_new(channels), *expected_variance = doubles_new(channels);
    double *mean_size = doubles_new(channels), *variance_size = doubles_new(channels);
    batch_norm_reference_statistics(positions, channels, inputs, expected_mean, expected_variance);
    for (int c = 0; c < channels; c++) {
        mean_size[c] = fabs(expected_mean[c]) + 0.1 * sqrt(expected_variance[c]);
        variance_size[c] = expected_variance[c];
    }
    compare_arrays("mean", channels, expected_mean, mean_size, mean, TOLERANCE);
    compare_arrays("variance", channels, expected_variance, variance_size, variance, TOLERANCE);
}

START_TEST(statistics) {
    check_statistics(SHAPES[_i][0], SHAPES[_i][1], 0, true);
    check_statistics(SHAPES[_i][0], SHAPES[_i][1], -3, true);
    check_statistics(SHAPES[_i][0], SHAPES[_i][1], -3, false);
}
END_TEST

/* mean(x^2) - mean(x)^2 in float would have no correct digit here. */
START_TEST(statistics_far_from_zero) {
    check_statistics(SHAPES[_i][0], SHAPES[_i][1], 10000, true);
    check_statistics(SHAPES[_i][0], SHAPES[_i][1], 10000, false);
}
END_TEST

/* The first half at -1000, the second at 1000, nothing else: the variance lies between the chunks.
 */
START_TEST(statistics_between_chunks) {
    int positions = 20000, channels = 3;
    float *inputs = array_new((size_t)positions * channels), mean[3], variance[3];
    for (int i = 0; i < positions * channels; i++)
        inputs[i] = i < positions / 2 * channels ? -1000 : 1000;
    BatchNormSize size = size_of(positions, channels, true);
    float *workspace = array_new(batch_norm_workspace(size) / sizeof(float) + 1);
    batch_norm_statistics(size, inputs, mean, variance, workspace);
    for (int c = 0; c < channels; c++) {
        ck_assert_float_eq_tol(mean[c], 0, 1e-3F); /* of 1000: one part in a million */
        ck_assert_float_eq_tol(variance[c], 1e6F, 1);
    }
}
END_TEST

START_TEST(affine) {
    BatchNormCase c = batch_norm_case_new(100, 37);
    double scale[37], shift[37], scale_size[37], shift_size[37];
    for (int i = 0; i < c.channels; i++) {
        scale[i] = c.gamma[i] / sqrt((double)c.variance[i] + c.epsilon);
        shift[i] = c.beta[i] - c.mean[i] * scale[i];
        scale_size[i] = fabs(scale[i]);
        shift_size[i] = fabsf(c.beta[i]) + fabs(c.mean[i] * scale[i]);
    }
    compare_arrays("scale", 37, scale, scale_size, c.scale, TOLERANCE);
    compare_arrays("shift", 37, shift, shift_size, c.shift, TOLERANCE);
}
END_TEST

static void check_apply(const BatchNormCase *c, bool relu, bool in_place) {
    double *expected = doubles_new(c->count), *size = doubles_new(c->count);
    for (size_t i = 0; i < c->count; i++) {
        double scaled = (double)c->inputs[i] * c->scale[i % c->channels];
        double shift = c->shift[i % c->channels];
        expected[i] = relu ? fmax(0, scaled + shift) : scaled + shift;
        size[i] = fabs(scaled) + fabs(shift);
    }
    float *outputs = array_new(c->count);
    for (size_t i = 0; in_place && i < c->count; i++)
        outputs[i] = c->inputs[i];
    batch_norm_apply(c->positions, c->channels, relu, in_place ? outputs : c->inputs, c->scale,
                     c->shift, outputs);
    compare_arrays("batch_norm_apply", c->count, expected, size, outputs, TOLERANCE);
}

START_TEST(apply) {
    BatchNormCase c = batch_norm_case_new(SHAPES[_i][0], SHAPES[_i][1]);
    check_apply(&c, false, false);
    check_apply(&c, true, false);
    check_apply(&c, true, true);
}
END_TEST

/* d_outputs where the forward pass let the value through. */
static float *passed_gradients(const BatchNormCase *c, bool relu) {
    float *outputs = array_new(c->count), *gradients = array_new(c->count);
    batch_norm_apply(c->positions, c->channels, relu, c->inputs, c->scale, c->shift, outputs);
    for (size_t i = 0; i < c->count; i++)
        gradients[i] = relu && outputs[i] <= 0 ? 0 : c->d_outputs[i];
    return gradients;
}

static void check_backward(const BatchNormCase *c, bool is_training, bool relu, Target target,
                           bool whole) {
    BatchNormSize size = size_of(c->positions, c->channels, whole);
    BatchNormGradients expected = batch_norm_gradients_new(c);
    float *gradients = passed_gradients(c, relu);
    batch_norm_reference(c, is_training, gradients, &expected);
    float *d_inputs = target == FRESH ? array_new(c->count) : array_random(c->count, 9);
    for (size_t i = 0; i < c->count; i++) {
        if (target == IN_PLACE)
            d_inputs[i] = c->d_outputs[i];
        if (target == ACCUMULATED) {
            expected.inputs[i] += d_inputs[i];
            expected.inputs_size[i] += fabsf(d_inputs[i]);
        }
    }

    float *d_gamma = array_new(c->channels), *d_beta = array_new(c->channels);
    float *workspace = array_new(batch_norm_workspace(size) / sizeof(float) + 1);
    BatchNormSaved saved = {is_training,
                            relu,
                            c->epsilon,
                            c->inputs,
                            c->gamma,
                            c->mean,
                            c->variance,
                            relu ? c->scale : NULL,
                            relu ? c->shift : NULL};
    batch_norm_backward(size, &saved, target == IN_PLACE ? d_inputs : c->d_outputs,
                        target == ACCUMULATED, d_inputs, d_gamma, d_beta, workspace);
    compare_arrays("d_gamma", c->channels, expected.gamma, expected.gamma_size, d_gamma, TOLERANCE);
    compare_arrays("d_beta", c->channels, expected.beta, expected.beta_size, d_beta, TOLERANCE);
    compare_arrays("d_inputs", c->count, expected.inputs, expected.inputs_size, d_inputs,
                   TOLERANCE);
}

START_TEST(backward) {
    BatchNormCase c = batch_norm_case_new(SHAPES[_i][0], SHAPES[_i][1]);
    check_backward(&c, true, true, FRESH, true);
    check_backward(&c, true, false, ACCUMULATED, true);
    check_backward(&c, true, true, IN_PLACE, true);
    check_backward(&c, false, true, ACCUMULATED, true);
    check_backward(&c, false, false, FRESH, true);
    check_backward(&c, true, true, ACCUMULATED, false);
}
END_TEST

/* Everything that is computed, one after the other, with so many threads. */
static float *run_with_threads(const BatchNormCase *c, int threads, size_t *count) {
    omp_set_num_threads(threads);
    size_t channels = (size_t)c->channels;
    BatchNormSize size = size_of(c->positions, c->channels, false);
    *count = 2 * c->count + 4 * channels;
    float *results = array_new(*count), *outputs = results + 4 * channels;
    float *workspace = array_new(batch_norm_workspace(size) / sizeof(float) + 1);
    batch_norm_statistics(size, c->inputs, results, results + channels, workspace);
    batch_norm_apply(c->positions, c->channels, true, c->inputs, c->scale, c->shift, outputs);
    BatchNormSaved saved = {true,    true,        c->epsilon, c->inputs, c->gamma,
                            c->mean, c->variance, c->scale,   c->shift};
    batch_norm_backward(size, &saved, c->d_outputs, false, outputs + c->count,
                        results + 2 * channels, results + 3 * channels, workspace);
    return results;
}

START_TEST(threads) {
    BatchNormCase c = batch_norm_case_new(SHAPES[_i][0], SHAPES[_i][1]);
    size_t count;
    float *one = run_with_threads(&c, 1, &count);
    for (int number = 2; number <= 3; number++) {
        float *more = run_with_threads(&c, number, &count);
        compare_bits("batch norm with more threads", count, one, more);
    }
}
END_TEST

TCase *batch_norm_tests(void) {
    TCase *tests = tcase_with_cleanup("batch_norm");
    tcase_add_loop_test(tests, statistics, 0, SHAPE_COUNT);
    tcase_add_loop_test(tests, statistics_far_from_zero, 0, SHAPE_COUNT);
    tcase_add_test(tests, statistics_between_chunks);
    tcase_add_test(tests, affine);
    tcase_add_loop_test(tests, apply, 0, SHAPE_COUNT);
    tcase_add_loop_test(tests, backward, 0, SHAPE_COUNT);
    tcase_add_loop_test(tests, threads, 0, SHAPE_COUNT);
    return tests;
}
