/* Tests of averaged weights: against a closed form, and the statistics that fit them. */
#include "cases.h"

#include <math.h>

#include "base/memory.h"
#include "base/random.h"
#include "layers/layers.h"
#include "training/averaging.h"
#include "training/network.h"

enum { SIDE = 4, BATCH = 32, COUNT = 256, CLASSES = 3, MEASURED = 50 /* batches */ };

static Params *some_params(void) {
    Params *params = params_new(5);
    params_get(params, "stem/kernel", (Shape){4, {3, 3, 1, 7}}, PARAMETER_KERNEL);
    params_get(params, "conv2d/kernel", (Shape){4, {3, 3, 64, 64}}, PARAMETER_KERNEL);
    params_get(params, "norm/gamma", shape1(7), PARAMETER_GAMMA);
    params_get(params, "norm/moving_mean", shape1(7), PARAMETER_MOVING_MEAN);
    params_get(params, "norm/moving_variance", shape1(7), PARAMETER_MOVING_VARIANCE);
    params_allocate(params);
    return params;
}

/* What sets the values of a parameter apart. */
static float nth(size_t j) {
    return (float)(j % 97);
}

static void fill(Params *params, float value) {
    for (int i = 0; i < params_count(params); i++)
        for (size_t j = 0; j < params_at(params, i)->count; j++)
            parameter_values(params_at(params, i))[j] = value + nth(j);
}

/* Weights that grow by 1 a step lag behind by d / (1 - d) in the end: after n steps from 0 the
 * average is n - d (1 - d^n) / (1 - d). */
START_TEST(averaging_follows_the_closed_form) {
    enum { STEPS = 30 };
    const float decay = 0.875F;
    Params *params = some_params(), *average;
    fill(params, 0);
    average = params_copy(params);
    for (int step = 1; step <= STEPS; step++) {
        fill(params, (float)step);
        averaging_add(average, params, decay);
    }
    double lag = (double)decay / (1 - (double)decay) * (1 - pow((double)decay, STEPS));
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(average, i);
        double expected = parameter_is_trainable(parameter) ? STEPS - lag : 0;
        for (size_t j = 0; j < parameter->count; j++)
            ck_assert_double_eq_tol((double)parameter_values(parameter)[j],
                                    expected + (double)nth(j), 1e-4);
    }
    params_free(params);
    params_free(average);
}
END_TEST

START_TEST(averaging_swap_exchanges_everything) {
    Params *params = some_params(), *average = params_copy(params);
    fill(params, 2);
    fill(average, 50);
    averaging_swap(average, params);
    for (int i = 0; i < params_count(params); i++)
        for (size_t j = 0; j < params_at(params, i)->count; j++) {
            ck_assert_float_eq(parameter_values(params_at(params, i))[j], 50 + nth(j));
            ck_assert_float_eq(parameter_values(params_at(average, i))[j], 2 + nth(j));
        }
    params_free(params);
    params_free(average);
}
END_TEST

static Tensor *record(const void *model, Tensor *images, bool is_training) {
    (void)model;
    Tensor *outputs = batch_normalization(
        images, (BatchNormOptions){.is_training = is_training, .momentum = 0.9F, .name = "norm"});
    return dense(flatten(outputs), (DenseOptions){.units = CLASSES, .name = "logits"});
}

/* A batch norm over the images themselves: its statistics are the data set's. */
START_TEST(averaging_measures_the_statistics_again) {
    static const float zero[] = {0}, one[] = {1};
    Dataset dataset = {COUNT, SIDE, SIDE, 1, CLASSES, NULL, NULL, NULL};
    dataset.images = memory_new((size_t)COUNT * SIDE * SIDE, 1);
    dataset.labels = memory_new(COUNT, 1);
    Random random = random_stream(8, 0);
    for (int i = 0; i < COUNT * SIDE * SIDE; i++)
        dataset.images[i] = (unsigned char)random_below(&random, 200);
    DatasetStatistics expected = dataset_statistics(&dataset);
    Params *params = params_new(1);
    Network network = network_new(params, (NetworkOptions){.record = record,
                                                           .batch = BATCH,
                                                           .height = SIDE,
                                                           .width = SIDE,
                                                           .channels = 1,
                                                           .is_training = true});
    BatchSource *source =
        batch_source_new(&dataset, (BatchOptions){.batch = BATCH, .mean = zero, .deviation = one});
    float *mean = parameter_values(params_find(params, "norm/moving_mean"));
    float *variance = parameter_values(params_find(params, "norm/moving_variance"));
    *mean = 7; /* of other weights */
    *variance = 9;
    averaging_measure(&network, source, 1);
    double deviation = (double)expected.standard_deviation[0];
    double left = pow(0.9, MEASURED); /* of what stood there */
    ck_assert_double_eq_tol((double)*mean, (1 - left) * (double)expected.mean[0] + left * 7, 5e-3);
    ck_assert_double_eq_tol((double)*variance, (1 - left) * deviation * deviation + left * 9, 3e-3);
    network_free(&network);
    batch_source_free(source);
    params_free(params);
    dataset_free(&dataset);
}
END_TEST

TCase *averaging_tests(void) {
    TCase *tests = tcase_create("averaging");
    tcase_add_test(tests, averaging_follows_the_closed_form);
    tcase_add_test(tests, averaging_swap_exchanges_everything);
    tcase_add_test(tests, averaging_measures_the_statistics_again);
    return tests;
}
