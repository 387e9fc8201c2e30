/* Tests of batch_norm_forward_loops(). */
#include "harness.h"

#include "normalisations.h"

/* What the function under test wrote. */
typedef struct Results {
    float *moving_mean, *moving_variance, *mean, *variance, *outputs;
} Results;

static Results run(const Normalisation *n) {
    size_t count = normalisation_count(n), channels = (size_t)n->channels;
    Results got = {.moving_mean = in_out_floats("moving_mean", n->moving_mean, channels),
                   .moving_variance =
                       in_out_floats("moving_variance", n->moving_variance, channels),
                   .mean = output_floats("mean", channels),
                   .variance = output_floats("variance", channels),
                   .outputs = output_floats("outputs", count)};
    batch_norm_forward_loops(
        normalisation_shape(n), n->options, input_floats("inputs", n->inputs, count),
        input_floats("gamma", n->gamma, channels), input_floats("beta", n->beta, channels),
        got.moving_mean, got.moving_variance, got.mean, got.variance, got.outputs);
    return got;
}

static void expect_channels(const char *name, const Normalisation *n, const float *got,
                            const double *expected) {
    expect_values(name, axes_line('c', (size_t)n->channels), got, expected, 1e-5);
}

static void expect_outputs(const Normalisation *n, const Results *got) {
    expect_values("outputs", normalisation_axes(n), got->outputs, normalisation_outputs(n), 1e-5);
}

static void expect_statistics(const Normalisation *n, const Results *got) {
    double *mean = new_doubles((size_t)n->channels), *variance = new_doubles((size_t)n->channels);
    for (int c = 0; c < n->channels; c++) {
        mean[c] = normalisation_mean(n, c);
        variance[c] = normalisation_variance(n, c);
    }
    expect_channels("mean", n, got->mean, mean);
    expect_channels("variance", n, got->variance, variance);
}

/* One channel with the values 1, 1, 5, 5: their mean is 3, their variance 4. */
static Normalisation hand_sized(void) {
    static double inputs[] = {1, 1, 5, 5}, gamma[] = {1}, beta[] = {0};
    static double moving_mean[] = {8}, moving_variance[] = {16};
    return (Normalisation){.format = CHANNELS_LAST,
                           .batch = 1,
                           .height = 2,
                           .width = 2,
                           .channels = 1,
                           .options = {.is_training = true, .momentum = 0.75f, .epsilon = 0},
                           .inputs = inputs,
                           .gamma = gamma,
                           .beta = beta,
                           .moving_mean = moving_mean,
                           .moving_variance = moving_variance};
}

START_TEST(statistics_by_hand) {
    Normalisation n = hand_sized();
    Results got = run(&n);
    expect_channels("mean", &n, got.mean, (double[]){3});
    expect_channels("variance", &n, got.variance, (double[]){4});
}
END_TEST

START_TEST(normalised_by_hand) {
    Normalisation n = hand_sized();
    Results got = run(&n);
    expect_values("outputs", normalisation_axes(&n), got.outputs, (double[]){-1, -1, 1, 1}, 1e-5);
}
END_TEST

START_TEST(gamma_and_beta) {
    Normalisation n = hand_sized();
    n.gamma = (double[]){10};
    n.beta = (double[]){3};
    Results got = run(&n);
    expect_values("outputs", normalisation_axes(&n), got.outputs, (double[]){-7, -7, 13, 13}, 1e-5);
}
END_TEST

START_TEST(epsilon) {
    Normalisation n = hand_sized();
    n.options.epsilon = 12; /* sqrt(4 + 12) = 4 */
    Results got = run(&n);
    expect_values("outputs", normalisation_axes(&n), got.outputs, (double[]){-0.5, -0.5, 0.5, 0.5},
                  1e-5);
}
END_TEST

static void try_statistics(DataFormat format) {
    Normalisation n = normalisation_new(format, true);
    Results got = run(&n);
    expect_statistics(&n, &got);
}

static void try_outputs(DataFormat format, bool is_training) {
    Normalisation n = normalisation_new(format, is_training);
    Results got = run(&n);
    expect_outputs(&n, &got);
}

START_TEST(statistics) {
    try_statistics(CHANNELS_LAST);
}
END_TEST

START_TEST(training) {
    try_outputs(CHANNELS_LAST, true);
}
END_TEST

START_TEST(statistics_channels_first) {
    try_statistics(CHANNELS_FIRST);
}
END_TEST

START_TEST(training_channels_first) {
    try_outputs(CHANNELS_FIRST, true);
}
END_TEST

START_TEST(moving_averages_by_hand) {
    Normalisation n = hand_sized();
    Results got = run(&n);
    expect_channels("moving_mean", &n, got.moving_mean, (double[]){6.75});
    expect_channels("moving_variance", &n, got.moving_variance, (double[]){13});
}
END_TEST

static void expect_moving(const Normalisation *n, const Results *got) {
    double mean[8], variance[8], momentum = (double)n->options.momentum;
    for (int c = 0; c < n->channels; c++) {
        double batch_mean = normalisation_mean(n, c);
        double batch_variance = normalisation_variance(n, c);
        mean[c] = batch_mean + momentum * (n->moving_mean[c] - batch_mean);
        variance[c] = batch_variance + momentum * (n->moving_variance[c] - batch_variance);
    }
    expect_channels("moving_mean", n, got->moving_mean, mean);
    expect_channels("moving_variance", n, got->moving_variance, variance);
}

START_TEST(moving_averages) {
    Normalisation n = normalisation_new(CHANNELS_FIRST, true);
    Results got = run(&n);
    expect_moving(&n, &got);
}
END_TEST

static void try_other_numbers(DataFormat format) {
    Normalisation n = normalisation_other(format, true);
    Results got = run(&n);
    expect_statistics(&n, &got);
    expect_outputs(&n, &got);
    expect_moving(&n, &got);
    n = normalisation_other(format, false);
    got = run(&n);
    expect_outputs(&n, &got);
}

START_TEST(other_numbers) {
    try_other_numbers(CHANNELS_LAST);
    try_other_numbers(CHANNELS_FIRST);
}
END_TEST

START_TEST(inference_statistics) {
    Normalisation n = normalisation_new(CHANNELS_LAST, false);
    Results got = run(&n);
    expect_statistics(&n, &got);
}
END_TEST

START_TEST(inference) {
    try_outputs(CHANNELS_LAST, false);
    try_outputs(CHANNELS_FIRST, false);
}
END_TEST

START_TEST(inference_changes_nothing) {
    Normalisation n = normalisation_new(CHANNELS_LAST, false);
    Results got = run(&n);
    expect_channels("moving_mean", &n, got.moving_mean, n.moving_mean);
    expect_channels("moving_variance", &n, got.moving_variance, n.moving_variance);
}
END_TEST

/* Single precision has seven digits: 1000 squared uses them all up. */
START_TEST(large_mean) {
    Normalisation n = normalisation_new(CHANNELS_LAST, true);
    n.options.epsilon = 0.0009765625f;
    for (size_t i = 0; i < normalisation_count(&n); i++)
        n.inputs[i] = (float)(1000 + 0.25 * n.inputs[i]);
    Results got = run(&n);
    expect_values("outputs", normalisation_axes(&n), got.outputs, normalisation_outputs(&n), 1e-2);
}
END_TEST

/* 2^18 values of one channel: in a float, a sum of 2^24 takes no more ones. */
static Results run_large(double even, double odd, double middle) {
    enum { SIDE = 512, COUNT = SIDE * SIDE };
    Normalisation n = hand_sized();
    n.height = n.width = SIDE;
    n.inputs = new_doubles(COUNT);
    for (int i = 0; i < COUNT; i++)
        n.inputs[i] = i % 2 ? odd : even;
    n.inputs[COUNT / 2] = middle;
    return run(&n);
}

START_TEST(sums_in_double) {
    const double count = 1 << 18;
    Results ones = run_large(1, 1, 0x1p24);
    expect_number("the mean of 2^18 - 1 ones and a 2^24", (double)ones.mean[0],
                  (count - 1 + 0x1p24) / count, 1e-5);
    Results signs = run_large(0.875, -0.875, 4096);
    double mean = (4096 - 0.875) / count;
    expect_number("the variance of 0.875 and -0.875 in turns and a 4096", (double)signs.variance[0],
                  ((count - 1) * 0.875 * 0.875 + 0x1p24) / count - mean * mean, 1e-4);
}
END_TEST

void exercise_tests(void) {
    add_test(statistics_by_hand, "training: mean and variance of 1, 1, 5, 5");
    add_test(normalised_by_hand, "training: 1, 1, 5, 5 become -1, -1, 1, 1");
    add_test(gamma_and_beta, "the same with gamma 10 and beta 3");
    add_test(epsilon, "the same with epsilon 12: the root of 4 + 12 is 4");
    add_test(statistics, "channels_last: mean and variance of three channels");
    add_test(training, "channels_last: the outputs in training");
    add_test(statistics_channels_first, "channels_first: mean and variance of three channels");
    add_test(training_channels_first, "channels_first: the outputs in training");
    add_test(moving_averages_by_hand, "training: the moving averages 8 and 16, momentum 0.75");
    add_test(moving_averages, "training: the moving averages of three channels");
    add_test(inference_statistics, "inference: mean and variance receive the moving averages");
    add_test(inference, "inference: the outputs, from the moving averages");
    add_test(inference_changes_nothing, "inference: the moving averages stay as they are");
    add_test(other_numbers, "one image of 4 x 1, five channels, momentum 0.9, epsilon 0.001");
    add_test(sums_in_double, "262,144 values, one of them large: sums are doubles");
    add_test(large_mean, "values around 1000: the variance keeps its digits");
}
