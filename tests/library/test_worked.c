/* The lessons' worked examples: every number here is one that chapters/NN_name/README.md works out
 * by hand or gives as an answer. Chapters 1, 2, 3 and 8; the others are in test_worked_blocks.c and
 * test_worked_machines.c. */
#include "worked.h"

#include <math.h>

#include "graph/inspect.h"
#include "pieces/training.h"

Suite *worked_suite(void);

/* ---- chapter 1 ---- */

START_TEST(padding_2x2) {
    static const float inputs[] = {1, 2, 3, 4};
    static const double expected[] = {0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0};
    static const int shape[4] = {1, 2, 2, 1}, paddings[4][2] = {{0, 0}, {1, 1}, {1, 1}, {0, 0}};
    float outputs[16];
    pad_forward_loops(inputs, shape, paddings, outputs);
    expect_near(outputs, 16, expected, 0);

    Trial trial = trial_new(shape4(1, 2, 2, 1), CHANNELS_LAST, false);
    Tensor *padded = custom_padding(&plain_model, trial.inputs, 3);
    ck_assert(has_shape(padded, 1, 4, 4, 1));
    ck_assert(has_shape(custom_padding(&plain_model, trial.inputs, 4), 1, 5, 5, 1));
    graph_compile(trial.graph, padded, false);
    float *values = trial_run(&trial, inputs, padded);
    expect_near(values, 16, expected, 0);

    /* Where the 3 was, and where it is. */
    ck_assert_uint_eq(image_index(CHANNELS_LAST, 2, 2, 1, 0, 1, 0, 0), 2);
    ck_assert_uint_eq(image_index(CHANNELS_LAST, 4, 4, 1, 0, 2, 1, 0), 9);
    ck_assert_float_eq(inputs[2], 3);
    ck_assert_float_eq(outputs[9], 3);
}
END_TEST

START_TEST(padding_of_an_even_kernel) {
    static const float inputs[] = {7};
    /* One zero before, two after. */
    static const double expected[] = {0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    Trial trial = trial_new(shape4(1, 1, 1, 1), CHANNELS_LAST, false);
    Tensor *padded = custom_padding(&plain_model, trial.inputs, 4);
    graph_compile(trial.graph, padded, false);
    float *values = trial_run(&trial, inputs, padded);
    expect_near(values, 16, expected, 0);
}
END_TEST

START_TEST(padding_questions) {
    Trial grey = trial_new(shape4(1, 32, 32, 1), CHANNELS_LAST, false);
    Tensor *padded = custom_padding(&plain_model, grey.inputs, 5);
    ck_assert_uint_eq(shape_count(tensor_shape(padded)) - shape_count(tensor_shape(grey.inputs)),
                      272);

    static const int wrong_axes[4][2] = {{0, 0}, {1, 1}, {1, 1}, {0, 0}};
    Trial first = trial_new(shape4(8, 3, 28, 28), CHANNELS_FIRST, false);
    ck_assert(has_shape(pad(first.inputs, wrong_axes), 8, 5, 30, 28));

    int size = 28, layers = 0;
    for (; conv2d_output_size(size, 3, 1, 0) > 0; layers++)
        size = conv2d_output_size(size, 3, 1, 0);
    ck_assert_int_eq(layers, 13);
    ck_assert_int_eq(size, 2);
}
END_TEST

/* ---- chapter 2 ---- */

static const float row[] = {1, 2, 3}, row_kernel[] = {0, 0, 0, 1, 0, -1, 0, 0, 0};
static const Conv2DShape row_shape = {.format = CHANNELS_LAST,
                                      .batch = 1,
                                      .in_height = 1,
                                      .in_width = 3,
                                      .channels = 1,
                                      .out_height = 1,
                                      .out_width = 3,
                                      .filters = 1,
                                      .kernel_size = 3,
                                      .strides = 1,
                                      .pad_top = 1,
                                      .pad_left = 1};

START_TEST(convolution_of_a_row) {
    static const double by_strides[][3] = {{-2, -2, 2}, {-2, 2}};
    float outputs[3];
    conv2d_forward_loops(&row_shape, row, row_kernel, NULL, outputs);
    expect_near(outputs, 3, by_strides[0], 0);
    ck_assert_int_eq(conv2d_output_size(3, 3, 2, 2), 2);
    for (int strides = 1; strides <= 2; strides++) {
        Trial trial = trial_new(shape4(1, 1, 3, 1), CHANNELS_LAST, _i);
        Tensor *conv = custom_conv2d(&plain_model, trial.inputs, 1, 3, strides, "conv");
        graph_compile(trial.graph, conv, false);
        trial_set(&trial, "conv/kernel", row_kernel);
        ck_assert(has_shape(conv, 1, 1, 4 - strides, 1));
        float *values = trial_run(&trial, row, conv);
        expect_near(values, (size_t)(4 - strides), by_strides[strides - 1], ROUNDING);
    }
}
END_TEST

START_TEST(gradients_of_a_row) {
    static const float d_outputs[] = {1, 10, 100};
    static const double d_row[] = {10, 99, -10}, d_bias[] = {111};
    static const double d_kernel[] = {0, 0, 0, 210, 321, 32, 0, 0, 0};
    float got_row[3], got_kernel[9], got_bias[1];
    conv2d_backward_inputs_loops(&row_shape, d_outputs, row_kernel, got_row);
    conv2d_backward_kernel_loops(&row_shape, row, d_outputs, got_kernel, got_bias);
    expect_near(got_row, 3, d_row, 0);
    expect_near(got_kernel, 9, d_kernel, 0);
    expect_near(got_bias, 1, d_bias, 0);

    Trial trial = trial_new(shape4(1, 1, 3, 1), CHANNELS_LAST, false);
    Tensor *conv = custom_conv2d(&plain_model, trial.inputs, 1, 3, 1, "conv");
    tensor_keep(trial.inputs);
    graph_compile(trial.graph, conv, true);
    trial_set(&trial, "conv/kernel", row_kernel);
    trial_run(&trial, row, conv);
    graph_backward(trial.graph, d_outputs);
    tensor_read_gradient(trial.inputs, got_row);
    expect_near(got_row, 3, d_row, 1e-3);
    expect_near(parameter_gradient(params_find(trial.params, "conv/kernel")), 9, d_kernel, 1e-3);
    expect_near(parameter_gradient(params_find(trial.params, "conv/bias")), 1, d_bias, 1e-3);
}
END_TEST

START_TEST(convolution_questions) {
    Trial trial = trial_new(shape4(1, 28, 28, 16), CHANNELS_LAST, false);
    Tensor *conv = custom_conv2d(&plain_model, trial.inputs, 32, 3, 1, "conv");
    ck_assert_uint_eq(params_find(trial.params, "conv/kernel")->count, 4608);
    ck_assert_uint_eq(tensor_trainable_count(conv), 4640);
    ck_assert_uint_eq(tensor_multiply_adds(conv), 3612672);
}
END_TEST

/* ---- chapter 3 ---- */

static const ChannelShape four_values = {4, 1, 1};
static const float values_1357[] = {1, 3, 5, 7}, gamma_2[] = {2}, beta_1[] = {1};

START_TEST(batch_norm_forward) {
    static const double expected[] = {-1.683, 0.106, 1.894, 3.683};
    static const double activated[] = {0, 0.106, 1.894, 3.683};
    const BatchNorm options = {.is_training = true, .momentum = 0.99f, .epsilon = 0};
    float moving_mean = 0, moving_variance = 1, mean, variance, outputs[4];
    batch_norm_forward_loops(four_values, options, values_1357, gamma_2, beta_1, &moving_mean,
                             &moving_variance, &mean, &variance, outputs);
    ck_assert_float_eq(mean, 4);
    ck_assert_float_eq(variance, 5);
    expect_near(outputs, 4, expected, THREE_DIGITS);
    ck_assert_double_eq_tol(moving_mean, 0.04, ROUNDING);
    ck_assert_double_eq_tol(moving_variance, 1.04, ROUNDING);
    relu_forward_loops(4, outputs, outputs);
    expect_near(outputs, 4, activated, THREE_DIGITS);
}
END_TEST

START_TEST(pre_activation_of_four_values) {
    static const double activated[] = {0, 0.106, 1.894, 3.683}, mean[] = {0.04},
                        variance[] = {1.04};
    Trial trial = trial_new(shape4(4, 1, 1, 1), CHANNELS_LAST, _i);
    Tensor *outputs = pre_activation(&model_without_epsilon, trial.inputs, true);
    graph_compile(trial.graph, outputs, false);
    trial_set(&trial, "batch_normalization/gamma", gamma_2);
    trial_set(&trial, "batch_normalization/beta", beta_1);
    float *values = trial_run(&trial, values_1357, outputs);
    expect_near(values, 4, activated, THREE_DIGITS);
    const Parameter *moving_mean = params_find(trial.params, "batch_normalization/moving_mean");
    const Parameter *moving_variance =
        params_find(trial.params, "batch_normalization/moving_variance");
    expect_near(parameter_values(moving_mean), 1, mean, ROUNDING);
    expect_near(parameter_values(moving_variance), 1, variance, ROUNDING);
}
END_TEST

static void expect_gradients(const float d_outputs[4], double d_beta, double d_gamma,
                             const double d_inputs[4]) {
    static const float mean[] = {4}, variance[] = {5};
    const BatchNorm options = {.is_training = true, .momentum = 0.99f, .epsilon = 0};
    float got_inputs[4], got_gamma, got_beta;
    batch_norm_backward_loops(four_values, options, values_1357, gamma_2, mean, variance, d_outputs,
                              got_inputs, &got_gamma, &got_beta);
    ck_assert_double_eq_tol(got_beta, d_beta, ROUNDING);
    ck_assert_double_eq_tol(got_gamma, d_gamma, THREE_DIGITS);
    expect_near(got_inputs, 4, d_inputs, THREE_DIGITS);
}

START_TEST(batch_norm_gradients) {
    expect_gradients((float[]){1, 1, 1, 1}, 4, 0, (double[]){0, 0, 0, 0});
    expect_gradients((float[]){1, 0, 0, 0}, 1, -1.342, (double[]){0.268, -0.358, -0.089, 0.179});
}
END_TEST

/* ---- chapter 8 ---- */

START_TEST(loss_of_two_logits) {
    static const double expected[] = {0.25, 0.75}, gradient[] = {0.25, -0.25};
    const float logits[] = {0, logf(3)};
    const int labels[] = {1};
    float probabilities[2], d_logits[2];
    float loss = softmax_cross_entropy_forward_loops(1, 2, 0, logits, labels, probabilities);
    ck_assert_double_eq_tol(loss, 0.288, THREE_DIGITS);
    expect_near(probabilities, 2, expected, ROUNDING);
    softmax_cross_entropy_backward_loops(1, 2, 0, probabilities, labels, 1, d_logits);
    expect_near(d_logits, 2, gradient, ROUNDING);
}
END_TEST

START_TEST(momentum_step) {
    const SgdOptions options = {.learning_rate = 0.1f, .momentum = 0.5f};
    float gradient = 4, value = 1, velocity = 2;
    sgd_momentum_step(1, options, 0, &gradient, &value, &velocity);
    ck_assert_float_eq(velocity, 5);
    ck_assert_double_eq_tol(value, 0.5, ROUNDING);
}
END_TEST

Suite *worked_suite(void) {
    Suite *suite = suite_create("worked");
    TCase *tests = tcase_with_cleanup("lessons");
    tcase_add_test(tests, padding_2x2);
    tcase_add_test(tests, padding_of_an_even_kernel);
    tcase_add_test(tests, padding_questions);
    tcase_add_loop_test(tests, convolution_of_a_row, 0, BOTH_KERNELS);
    tcase_add_test(tests, gradients_of_a_row);
    tcase_add_test(tests, convolution_questions);
    tcase_add_test(tests, batch_norm_forward);
    tcase_add_loop_test(tests, pre_activation_of_four_values, 0, BOTH_KERNELS);
    tcase_add_test(tests, batch_norm_gradients);
    tcase_add_test(tests, loss_of_two_logits);
    tcase_add_test(tests, momentum_step);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, worked_block_tests());
    suite_add_tcase(suite, worked_machine_tests());
    return suite;
}
