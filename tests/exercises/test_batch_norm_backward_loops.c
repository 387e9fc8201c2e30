/* Tests of batch_norm_backward_loops(). */
#include "harness.h"

#include "normalisations.h"

/* What the function under test wrote. */
typedef struct Gradients {
    float *d_inputs, *d_gamma, *d_beta;
} Gradients;

static Gradients run(const Normalisation *n) {
    size_t count = normalisation_count(n), channels = (size_t)n->channels;
    double *mean = new_doubles(channels), *variance = new_doubles(channels);
    for (int c = 0; c < n->channels; c++) {
        mean[c] = normalisation_mean(n, c);
        variance[c] = normalisation_variance(n, c);
    }
    Gradients got = {output_floats("d_inputs", count), output_floats("d_gamma", channels),
                     output_floats("d_beta", channels)};
    batch_norm_backward_loops(
        normalisation_shape(n), n->options, input_floats("inputs", n->inputs, count),
        input_floats("gamma", n->gamma, channels), input_floats("mean", mean, channels),
        input_floats("variance", variance, channels),
        input_floats("d_outputs", n->d_outputs, count), got.d_inputs, got.d_gamma, got.d_beta);
    return got;
}

static void expect_inputs(const Normalisation *n, const float *got, const double *expected) {
    const Factor factors[] = {
        {(double)normalisation_channel_count(n), "the number of values of a channel m"}, {0, NULL}};
    expect_gradient("d_inputs", normalisation_axes(n), got, expected, 1e-5, factors);
}

static void expect_channels(const char *name, const Normalisation *n, const float *got,
                            const double *expected) {
    const Factor factors[] = {
        {(double)normalisation_channel_count(n), "the number of values of a channel m"}, {0, NULL}};
    expect_gradient(name, axes_line('c', (size_t)n->channels), got, expected, 1e-5, factors);
}

/* One channel with the values 1, 1, 5, 5: normalised -1, -1, 1, 1. */
static Normalisation hand_sized(bool is_training) {
    static double inputs[] = {1, 1, 5, 5}, d_outputs[] = {8, 0, 0, 4}, gamma[] = {10}, beta[] = {0};
    static double moving_mean[] = {3}, moving_variance[] = {4};
    return (Normalisation){.format = CHANNELS_LAST,
                           .batch = 1,
                           .height = 2,
                           .width = 2,
                           .channels = 1,
                           .options = {.is_training = is_training, .momentum = 0.75f, .epsilon = 0},
                           .inputs = inputs,
                           .d_outputs = d_outputs,
                           .gamma = gamma,
                           .beta = beta,
                           .moving_mean = moving_mean,
                           .moving_variance = moving_variance};
}

START_TEST(beta_by_hand) {
    Normalisation n = hand_sized(true);
    Gradients got = run(&n);
    expect_values("d_beta", axes_line('c', 1), got.d_beta, (double[]){12}, 1e-5);
}
END_TEST

START_TEST(gamma_by_hand) {
    Normalisation n = hand_sized(true);
    Gradients got = run(&n);
    expect_values("d_gamma", axes_line('c', 1), got.d_gamma, (double[]){-4}, 1e-5);
}
END_TEST

START_TEST(inference_by_hand) {
    Normalisation n = hand_sized(false);
    Gradients got = run(&n);
    expect_inputs(&n, got.d_inputs, (double[]){40, 0, 0, 20});
}
END_TEST

START_TEST(training_by_hand) {
    Normalisation n = hand_sized(true);
    Gradients got = run(&n);
    expect_inputs(&n, got.d_inputs, (double[]){20, -20, -10, 10});
}
END_TEST

static void try_channels(DataFormat format, bool is_training) {
    Normalisation n = normalisation_new(format, is_training);
    Gradients got = run(&n);
    size_t channels = (size_t)n.channels;
    expect_channels("d_beta", &n, got.d_beta, normalisation_gradient(&n, n.beta, channels));
    expect_channels("d_gamma", &n, got.d_gamma, normalisation_gradient(&n, n.gamma, channels));
}

static void try_inputs(DataFormat format, bool is_training) {
    Normalisation n = normalisation_new(format, is_training);
    Gradients got = run(&n);
    expect_inputs(&n, got.d_inputs, normalisation_gradient(&n, n.inputs, normalisation_count(&n)));
}

START_TEST(beta_and_gamma) {
    try_channels(CHANNELS_LAST, true);
}
END_TEST

START_TEST(inference) {
    try_inputs(CHANNELS_LAST, false);
}
END_TEST

START_TEST(training) {
    try_inputs(CHANNELS_LAST, true);
}
END_TEST

START_TEST(channels_first) {
    try_channels(CHANNELS_FIRST, true);
}
END_TEST

START_TEST(inference_channels_first) {
    try_inputs(CHANNELS_FIRST, false);
}
END_TEST

START_TEST(training_channels_first) {
    try_inputs(CHANNELS_FIRST, true);
}
END_TEST

START_TEST(inference_beta_and_gamma) {
    try_channels(CHANNELS_LAST, false);
}
END_TEST

static void try_other_numbers(DataFormat format, bool is_training) {
    Normalisation n = normalisation_other(format, is_training);
    Gradients got = run(&n);
    expect_channels("d_beta", &n, got.d_beta, normalisation_gradient(&n, n.beta, 5));
    expect_channels("d_gamma", &n, got.d_gamma, normalisation_gradient(&n, n.gamma, 5));
    expect_inputs(&n, got.d_inputs, normalisation_gradient(&n, n.inputs, normalisation_count(&n)));
}

START_TEST(other_numbers) {
    try_other_numbers(CHANNELS_LAST, true);
    try_other_numbers(CHANNELS_FIRST, true);
    try_other_numbers(CHANNELS_FIRST, false);
}
END_TEST

void exercise_tests(void) {
    add_test(beta_by_hand, "d_beta of four values, by hand");
    add_test(gamma_by_hand, "d_gamma of four values, by hand");
    add_test(inference_by_hand, "inference: d_inputs of four values, by hand");
    add_test(training_by_hand, "training: d_inputs of four values, by hand");
    add_test(beta_and_gamma, "channels_last: d_beta and d_gamma of three channels");
    add_test(inference, "channels_last: d_inputs in inference");
    add_test(training, "channels_last: d_inputs in training, against finite differences");
    add_test(channels_first, "channels_first: d_beta and d_gamma");
    add_test(inference_channels_first, "channels_first: d_inputs in inference");
    add_test(training_channels_first, "channels_first: d_inputs in training");
    add_test(inference_beta_and_gamma, "inference: d_beta and d_gamma");
    add_test(other_numbers, "one image of 4 x 1, five channels, another epsilon");
}
