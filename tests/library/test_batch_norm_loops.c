/* The loops of batch normalisation: against float64 references and the vectorised twin, in both
 * memory orders, and against finite differences under a random upstream gradient. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "batch_norm_case.h"
#include "compare.h"
#include "pieces/loops.h"
#include "test_kernels.h"

static const double TOLERANCE = 1e-6; /* of the sum of the absolute values of the terms */

/* (images, positions of an image, channels) */
static const int SHAPES[][3] = {
    {1, 1, 1}, {4, 1, 3}, {1, 35, 1}, {3, 15, 10}, {2, 63, 17}, {2, 16, 64}, {5, 9, 33},
};
enum { SHAPE_COUNT = sizeof SHAPES / sizeof *SHAPES };

/* Where value i of channels_last memory lies when the data format is channels_first. */
static size_t moved(ChannelShape first, size_t i) {
    size_t channels = (size_t)first.channels, spatial = (size_t)first.spatial;
    size_t c = i % channels, p = i / channels % spatial, n = i / channels / spatial;
    return (n * channels + c) * spatial + p;
}

typedef struct Results {
    float *mean, *variance, *moving_mean, *moving_variance, *outputs, *d_inputs, *d_gamma, *d_beta;
} Results;

static Results results_new(const BatchNormCase *c) {
    size_t channels = (size_t)c->channels;
    return (Results){
        .mean = array_new(channels),
        .variance = array_new(channels),
        .moving_mean = array_random(channels, 31),
        .moving_variance = array_random(channels, 32),
        .outputs = array_new(c->count),
        .d_inputs = array_new(c->count),
        .d_gamma = array_new(channels),
        .d_beta = array_new(channels),
    };
}

static void results_free(Results *results) {
    array_free(results->mean);
    array_free(results->variance);
    array_free(results->moving_mean);
    array_free(results->moving_variance);
    array_free(results->outputs);
    array_free(results->d_inputs);
    array_free(results->d_gamma);
    array_free(results->d_beta);
}

/* Forward and backward, results in channels_last order whatever the shape says. */
static Results run_loops(const BatchNormCase *c, ChannelShape shape, BatchNorm options) {
    Results results = results_new(c);
    float *inputs = array_new(c->count), *d_outputs = array_new(c->count);
    float *outputs = array_new(c->count), *d_inputs = array_new(c->count);
    for (int i = 0; i < c->channels; i++)
        results.moving_variance[i] = fabsf(results.moving_variance[i]);
    for (size_t i = 0; i < c->count; i++) {
        inputs[moved(shape, i)] = c->inputs[i];
        d_outputs[moved(shape, i)] = c->d_outputs[i];
    }
    batch_norm_forward_loops(shape, options, inputs, c->gamma, c->beta, results.moving_mean,
                             results.moving_variance, results.mean, results.variance, outputs);
    batch_norm_backward_loops(shape, options, inputs, c->gamma, results.mean, results.variance,
                              d_outputs, d_inputs, results.d_gamma, results.d_beta);
    for (size_t i = 0; i < c->count; i++) {
        results.outputs[i] = outputs[moved(shape, i)];
        results.d_inputs[i] = d_inputs[moved(shape, i)];
    }
    array_free(inputs);
    array_free(d_outputs);
    array_free(outputs);
    array_free(d_inputs);
    return results;
}

/* The statistics that must have been used, and what must have become of the moving ones. */
static void check_statistics(const BatchNormCase *c, BatchNorm options, const Results *results) {
    for (int i = 0; i < c->channels; i++) {
        double mean = 0, variance = 0;
        for (size_t j = (size_t)i; j < c->count; j += (size_t)c->channels)
            mean += (double)c->inputs[j] / c->positions;
        for (size_t j = (size_t)i; j < c->count; j += (size_t)c->channels)
            variance += pow(c->inputs[j] - mean, 2) / c->positions;
        Results before = results_new(c);
        double moving_mean = before.moving_mean[i], kept = options.momentum;
        double moving_variance = fabsf(before.moving_variance[i]);
        results_free(&before);
        if (options.is_training) {
            moving_mean = kept * moving_mean + (1 - kept) * mean;
            moving_variance = kept * moving_variance + (1 - kept) * variance;
        } else {
            mean = moving_mean;
            variance = moving_variance;
        }
        ck_assert_double_eq_tol(results->mean[i], mean, TOLERANCE * 10);
        ck_assert_double_eq_tol(results->variance[i], variance, TOLERANCE * 10);
        ck_assert_double_eq_tol(results->moving_mean[i], moving_mean, TOLERANCE * 10);
        ck_assert_double_eq_tol(results->moving_variance[i], moving_variance, TOLERANCE * 10);
    }
}

/* Outputs and gradients, given the statistics that were used. */
static void check_results(const BatchNormCase *of, BatchNorm options, const Results *results) {
    BatchNormCase c = *of;
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
    batch_norm_gradients_free(&expected);
    free(outputs);
    free(size);
}

START_TEST(loops) {
    const int *of = SHAPES[_i];
    BatchNormCase c = batch_norm_case_new(of[0] * of[1], of[2]);
    ChannelShape shapes[] = {{of[0] * of[1], of[2], 1}, {of[0], of[2], of[1]}};
    for (int order = 0; order < 2; order++)
        for (int is_training = 0; is_training < 2; is_training++) {
            BatchNorm options = {is_training, 0.9F, c.epsilon};
            Results results = run_loops(&c, shapes[order], options);
            check_statistics(&c, options, &results);
            check_results(&c, options, &results);
            results_free(&results);
        }
    batch_norm_case_free(&c);
}
END_TEST

/* The vectorised kernel and the loops, value by value; what is compared is of order 1. */
START_TEST(twins) {
    const int *of = SHAPES[_i];
    BatchNormCase c = batch_norm_case_new(of[0] * of[1], of[2]);
    Results loops = run_loops(&c, (ChannelShape){c.positions, c.channels, 1},
                              (BatchNorm){true, 0.9F, c.epsilon});
    Results vectorised = results_new(&c);
    float *workspace = array_new(batch_norm_workspace(c.positions, c.channels) / sizeof(float) + 1);
    batch_norm_statistics(c.positions, c.channels, c.inputs, vectorised.mean, vectorised.variance,
                          workspace);
    batch_norm_affine(c.channels, c.epsilon, c.gamma, c.beta, vectorised.mean, vectorised.variance,
                      c.scale, c.shift);
    batch_norm_apply(c.positions, c.channels, false, c.inputs, c.scale, c.shift,
                     vectorised.outputs);
    BatchNormSaved saved = {true,    false,           c.epsilon,           c.inputs,
                            c.gamma, vectorised.mean, vectorised.variance, c.scale,
                            c.shift};
    batch_norm_backward(c.positions, c.channels, &saved, c.d_outputs, false, vectorised.d_inputs,
                        vectorised.d_gamma, vectorised.d_beta, workspace);
    for (size_t i = 0; i < c.count; i++) {
        float slope = fabsf(c.scale[i % c.channels]);
        ck_assert_float_eq_tol(vectorised.outputs[i], loops.outputs[i], 1e-5F * (1 + slope));
        ck_assert_float_eq_tol(vectorised.d_inputs[i], loops.d_inputs[i], 1e-5F * (1 + slope));
    }
    results_free(&loops);
    results_free(&vectorised);
    array_free(workspace);
    batch_norm_case_free(&c);
}
END_TEST

/* What the loss below needs to be computed again. */
typedef struct Differentiated {
    const BatchNormCase *c;
    BatchNorm options;
} Differentiated;

static double forward_loss(void *context) {
    const Differentiated *of = context;
    ChannelShape shape = {of->c->positions, of->c->channels, 1};
    Results results = run_loops(of->c, shape, of->options);
    double loss = upstream_loss(of->c->count, results.outputs, of->c->d_outputs);
    results_free(&results);
    return loss;
}

/* Batch normalisation curves, so the step is small, and what it leaves of the error is of its
 * square. */
START_TEST(finite_differences) {
    const double step = 5e-3, tolerance = 1e-3;
    BatchNormCase c = batch_norm_case_new(13, 3);
    for (int is_training = 0; is_training < 2; is_training++) {
        Differentiated of = {&c, {is_training, 0.9F, c.epsilon}};
        Results results = run_loops(&c, (ChannelShape){c.positions, c.channels, 1}, of.options);
        compare_gradient("d_inputs", c.count, c.inputs, results.d_inputs, forward_loss, &of, step,
                         tolerance);
        compare_gradient("d_gamma", c.channels, c.gamma, results.d_gamma, forward_loss, &of, step,
                         tolerance);
        compare_gradient("d_beta", c.channels, c.beta, results.d_beta, forward_loss, &of, step,
                         tolerance);
        results_free(&results);
    }
    batch_norm_case_free(&c);
}
END_TEST

TCase *batch_norm_loops_tests(void) {
    TCase *tests = tcase_create("batch_norm_loops");
    tcase_add_loop_test(tests, loops, 0, SHAPE_COUNT);
    tcase_add_loop_test(tests, twins, 0, SHAPE_COUNT);
    tcase_add_test(tests, finite_differences);
    return tests;
}
