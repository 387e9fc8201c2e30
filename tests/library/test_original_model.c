/* The original ResNet as published: totals, constants, shapes, the plain form; and the lesson's
 * worked example. */
#include <string.h>

#include "cases.h"
#include "expect_error.h"
#include "graph/inspect.h"
#include "models/original_resnet.h"
#include "worked.h"

static size_t total_of(int num_layers, OriginalStyle style, bool trainable_only) {
    OriginalResNet model = original_resnet(num_layers, style, 1000, CHANNELS_FIRST);
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){.data_format = CHANNELS_FIRST});
    original_layers(&model, graph_input(graph, "images", shape4(1, 3, 224, 224)), false);
    size_t total =
        params_trainable_count(params) + (trainable_only ? 0 : params_moving_count(params));
    return total;
}

START_TEST(totals_are_as_published) {
    ck_assert_uint_eq(total_of(50, STYLE_KERAS, false), 25636712);
    ck_assert_uint_eq(total_of(101, STYLE_KERAS, false), 44707176);
    ck_assert_uint_eq(total_of(152, STYLE_KERAS, false), 60419944);
    ck_assert_uint_eq(total_of(18, STYLE_PYTORCH, true), 11689512);
    ck_assert_uint_eq(total_of(34, STYLE_PYTORCH, true), 21797672);
    ck_assert_uint_eq(total_of(50, STYLE_PYTORCH, true), 25557032);
    ck_assert_uint_eq(total_of(101, STYLE_PYTORCH, true), 44549160);
    ck_assert_uint_eq(total_of(152, STYLE_PYTORCH, true), 60192808);
}
END_TEST

/* Too near to each other for logits to tell them apart. */
START_TEST(epsilons_are_as_published) {
    ck_assert(original_resnet(50, STYLE_KERAS, 10, CHANNELS_LAST).form.batch_norm_epsilon ==
              1.001e-5f);
    ck_assert(original_resnet(50, STYLE_D2L, 10, CHANNELS_LAST).form.batch_norm_epsilon == 1e-5f);
    ck_assert(original_resnet(50, STYLE_PYTORCH, 10, CHANNELS_LAST).form.batch_norm_epsilon ==
              1e-5f);
}
END_TEST

START_TEST(block_has_the_books_shapes) {
    OriginalResNet model = original_resnet(18, STYLE_D2L, 10, CHANNELS_FIRST);
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){.data_format = CHANNELS_FIRST});
    Tensor *images = graph_input(graph, "images", shape4(4, 3, 6, 6));
    Tensor *same = residual_block(&model, images, 3, false, 1, true, 0);
    ck_assert(shape_equal(tensor_shape(same), shape4(4, 3, 6, 6)));
    Tensor *half = residual_block(&model, images, 6, true, 2, true, 1);
    ck_assert(shape_equal(tensor_shape(half), shape4(4, 6, 3, 3)));
    Tensor *third = residual_block(&model, images, 6, true, 3, true, 2);
    ck_assert(shape_equal(tensor_shape(third), shape4(4, 6, 2, 2)));
}
END_TEST

/* Both kinds of block, in every style: no addition, no projection, and all else the same. */
START_TEST(plain_networks_have_no_shortcuts) {
    for (int number = 0; number < 6; number++) {
        OriginalResNet model =
            original_resnet(number % 2 ? 50 : 18, (OriginalStyle)(number / 2), 10, CHANNELS_LAST);
        int convolutions = 0;
        model.is_plain = true;
        Params *params = params_for_test(0);
        Graph *graph = graph_for_test(params, (GraphOptions){0});
        original_layers(&model, graph_input(graph, "images", shape4(1, 32, 32, 1)), true);
        for (int i = 0; i < graph_tensor_count(graph); i++) {
            const Tensor *tensor = graph_tensor_at(graph, i);
            ck_assert_str_ne(tensor_operation(tensor), "add");
            ck_assert_ptr_null(strstr(tensor_name(tensor), "projection"));
            convolutions += strcmp(tensor_operation(tensor), "conv2d") == 0;
        }
        ck_assert_int_eq(convolutions + 1, model.form.num_layers);
    }
}
END_TEST

/* The last convolution of each branch is zero, and it alone: no other one and no projection. */
START_TEST(zero_start_leaves_the_shortcuts) {
    OriginalResNet model = original_resnet(_i ? 50 : 20, STYLE_PYTORCH, 10, CHANNELS_LAST);
    const char *last = _i ? "/conv3/kernel" : "/conv2/kernel";
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){0});
    Tensor *outputs =
        original_layers(&model, graph_input(graph, "images", shape4(1, 32, 32, 1)), true);
    graph_compile(graph, outputs, false);
    resnet_zero_start(params);
    int zeros = 0;
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *kernel = params_at(params, i);
        if (kernel->role != PARAMETER_KERNEL)
            continue;
        bool is_zero = parameter_values(kernel)[0] == 0;
        ck_assert_msg(is_zero == (strstr(kernel->name, last) != NULL), "%s", kernel->name);
        zeros += is_zero;
    }
    ck_assert_int_eq(zeros, _i ? 16 : 9);
}
END_TEST

static void original_of_200_layers(const void *unused) {
    (void)unused;
    original_resnet(200, STYLE_KERAS, 10, CHANNELS_LAST);
}

START_TEST(there_is_no_original_of_200_layers) {
    expect_error(original_of_200_layers, NULL, "200 layers", "152", NULL);
}
END_TEST

/* ---- the lesson's worked example ---- */

/* One pixel, and a branch that gives -3 whatever goes in: v1's ReLU cuts the sum off, and with it
 * the gradient; v2 hands both on. */
static void try_branch(bool is_original, float input, float *output, float *gradient) {
    OriginalResNet original = original_resnet(18, STYLE_D2L, 10, CHANNELS_LAST);
    const float zeros[9] = {0}, minus_three[] = {-3};
    Trial trial = trial_new(shape4(1, 1, 1, 1), CHANNELS_LAST, false);
    tensor_keep(trial.inputs);
    Tensor *outputs = is_original ? residual_block(&original, trial.inputs, 1, false, 1, false, 0)
                                  : regular_block(&plain_model, trial.inputs, 1, 1, false, 0, 0);
    graph_compile(trial.graph, outputs, true);
    trial_set(&trial,
              is_original ? "residual_block0/conv2/kernel" : "regular_block0/conv2d_1/kernel",
              zeros);
    trial_set(&trial, is_original ? "residual_block0/bn2/beta" : "regular_block0/conv2d_1/bias",
              minus_three);
    float *values = trial_run(&trial, &input, outputs);
    *output = *values;
    graph_backward(trial.graph, NULL);
    tensor_read_gradient(trial.inputs, gradient);
}

START_TEST(relu_on_the_sum) {
    static const struct {
        bool is_original;
        float input;
        double output, gradient;
    } examples[] = {{true, 5, 2, 1}, {false, 5, 2, 1}, {true, 2, 0, 0}, {false, 2, -1, 1}};
    for (int i = 0; i < 4; i++) {
        float output, gradient;
        try_branch(examples[i].is_original, examples[i].input, &output, &gradient);
        expect_near(&output, 1, &examples[i].output, ROUNDING);
        expect_near(&gradient, 1, &examples[i].gradient, ROUNDING);
    }
}
END_TEST

TCase *original_model_tests(void) {
    TCase *tests = tcase_with_cleanup("model");
    tcase_add_test(tests, totals_are_as_published);
    tcase_add_test(tests, epsilons_are_as_published);
    tcase_add_test(tests, block_has_the_books_shapes);
    tcase_add_test(tests, plain_networks_have_no_shortcuts);
    tcase_add_loop_test(tests, zero_start_leaves_the_shortcuts, 0, 2);
    tcase_add_test(tests, there_is_no_original_of_200_layers);
    tcase_add_test(tests, relu_on_the_sum);
    return tests;
}
