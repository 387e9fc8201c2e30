/* The loops of batch normalisation against float64 references, in both memory orders. */
#include <math.h>

#include "batch_norm_case.h"
#include "cases.h"
#include "compare.h"
#include "pieces/loops.h"

static const double TOLERANCE = 1e-6; /* of the sum of the absolute values of the terms */

/* (images, positions of an image, channels) */
static const int SHAPES[][3] = {
    {1, 1, 1}, {4, 1, 3}, {1, 35, 1}, {3, 15, 10}, {2, 63, 17}, {2, 16, 64}, {5, 9, 33},
};
enum { SHAPE_COUNT = sizeof SHAPES / sizeof *SHAPES };

typedef struct Results {
    float *mean, *variance, *moving_mean, *moving_variance, *outputs, *d_inputs, *d_gamma, *d_beta;
} Results;

/* Forward and backward, results in channels_last order whatever the shape says. */
static Results run_loops(const BatchNormCase *c, ChannelShape shape, BatchNorm options) {
    size_t channels = (size_t)c->channels;
    Results results = {
        .mean = array_new(channels),
        .variance = array_new(channels),
        .moving_mean = array_copy(channels, c->mean),
        .moving_variance = array_copy(channels, c->variance),
        .outputs = array_new(c->count),
        .d_inputs = array_new(c->count),
        .d_gamma = array_new(channels),
        .d_beta = array_new(channels),
    };
    float *inputs = array_transposed(shape.count, shape.spatial, shape.channels, c->inputs);
    float *d_outputs = array_transposed(shape.count, shape.spatial, shape.channels, c->d_outputs);
    batch_norm_forward_loops(shape, options, inputs, c->gamma, c->beta, results.moving_mean,
                             results.moving_variance, results.mean, results.variance,
                             results.outputs);
    batch_norm_backward_loops(shape, options, inputs, c->gamma, results.mean, results.variance,
                              d_outputs, results.d_inputs, results.d_gamma, results.d_beta);
    results.outputs = array_transposed(shape.count, shape.channels, shape.spatial, results.outputs);
    results.d_inputs =
        array_transposed(shape.count, shape.channels, shape.spatial, results.d_inputs);
    return results;
}

/* The statistics that must have been used, and what must have become of the moving ones. */
static void check_statistics(const BatchNormCase *c, BatchNorm options, const Results *results) {
    double *mean = doubles_new(c->channels), *variance = doubles_new(c->channels);
    batch_norm_reference_statistics(c->positions, c->channels, c->inputs, mean, variance);
    double kept = options.is_training ? options.momentum : 1;
    for (int i = 0; i < c->channels; i++) {
        double used_mean = options.is_training ? mean[i] : c->mean[i];
        double used_variance = options.is_training ? variance[i] : c->variance[i];
        double moving_mean = kept * c->mean[i] + (1 - kept) * mean[i];
        double moving_variance = kept * c->variance[i] + (1 - kept) * variance[i];
        ck_assert_double_eq_tol(results->mean[i], used_mean, TOLERANCE * 10);
        ck_assert_double_eq_tol(results->variance[i], used_variance, TOLERANCE * 10);
        ck_assert_double_eq_tol(results->moving_mean[i], moving_mean, TOLERANCE * 10);
        ck_assert_double_eq_tol(results->moving_variance[i], moving_variance, TOLERANCE * 10);
    }
}

/* Outputs and gradients, given the statistics that were used. */
static void check_results(const BatchNormCase *drawn, BatchNorm options, const Results *results) {
    BatchNormCase c = *drawn;
    c.mean = results->mean;
    c.variance = results->variance;
    double *outputs = doubles_new(c.count), *size = doubles_new(c.count);
    for (size_t i = 0; i < c.count; i++) {
        size_t at = i % c.channels;
        double scale = c.gamma[at] / sqrt((double)c.variance[at] + c.epsilon);
        outputs[i] = scale * ((double)c.inputs[i] - c.mean[at]) + c.beta[at];
        size[i] = fabs(scale) * (fabsf(c.inputs[i]) + fabsf(c.mean[at])) + fabsf(c.beta[at]);
    }
    BatchNormGradients expected = batch_norm_gradients_new(&c);
    batch_norm_reference(&c, options.is_training, c.d_outputs, &expected);
    compare_arrays("outputs", c.count, outputs, size, results->outputs, TOLERANCE);
    compare_arrays("d_inputs", c.count, expected.inputs, expected.inputs_size, results->d_inputs,
                   TOLERANCE);
    compare_arrays("d_gamma", c.channels, expected.gamma, expected.gamma_size, results->d_gamma,
                   TOLERANCE);
    compare_arrays("d_beta", c.channels, expected.beta, expected.beta_size, results->d_beta,
                   TOLERANCE);
}

/* Each shape in both memory orders and in both modes. */
START_TEST(loops) {
    const int *shape = SHAPES[_i / 4];
    const int images = shape[0], spatial = shape[1], channels = shape[2];
    BatchNormCase c = batch_norm_case_new(images * spatial, channels);
    ChannelShape orders[] = {{images * spatial, channels, 1}, {images, channels, spatial}};
    BatchNorm options = {_i % 2, 0.9F, c.epsilon};
    Results results = run_loops(&c, orders[_i / 2 % 2], options);
    check_statistics(&c, options, &results);
    check_results(&c, options, &results);
}
END_TEST

TCase *batch_norm_loops_tests(void) {
    TCase *tests = tcase_with_cleanup("batch_norm_loops");
    tcase_add_loop_test(tests, loops, 0, 4 * SHAPE_COUNT);
    return tests;
}
