/* The lessons' worked examples, chapters 4 to 7: shortcuts, blocks, counts. */
#include "worked.h"

#include <string.h>

#include "base/random.h"
#include "graph/inspect.h"

/* ---- chapter 4 ---- */

START_TEST(two_kinds_of_shortcut) {
    static const float inputs[] = {-1, 0, 2}, weight[] = {3}, bias[] = {1};
    static const double identity[] = {-1, 0, 2}, activated[] = {0, 0, 2};
    static const double projection[] = {1, 1, 7}, of_raw[] = {-2, 1, 7};
    const double *const expected[] = {identity, projection, activated, of_raw};
    for (int i = 0; i < 4; i++) {
        Trial trial = trial_new(shape4(1, 1, 3, 1), CHANNELS_LAST, _i);
        PreActivated first = pre_activation_with_shortcut(&model_without_epsilon, trial.inputs,
                                                          false, (ShortcutParams){i == 1, 1});
        Tensor *outputs = i == 2 ? first.inputs : first.shortcut;
        if (i == 3)
            outputs = custom_conv2d(&plain_model, trial.inputs, 1, 1, 1, NULL);
        graph_compile(trial.graph, outputs, false);
        if (i == 1 || i == 3) {
            trial_set(&trial, "conv2d/kernel", weight);
            trial_set(&trial, "conv2d/bias", bias);
        }
        float *values = trial_run(&trial, inputs, outputs);
        expect_near(values, 3, expected[i], ROUNDING);
    }
}
END_TEST

START_TEST(projection_parameters) {
    Trial trial = trial_new(shape4(1, 8, 8, 16), CHANNELS_LAST, false);
    PreActivated first =
        pre_activation_with_shortcut(&plain_model, trial.inputs, true, (ShortcutParams){32, 2});
    ck_assert_uint_eq(tensor_trainable_count(first.shortcut), 544);
}
END_TEST

/* ---- chapters 5 to 7: counts ---- */

typedef Tensor *Block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                      bool is_training, int index, int shortcut_filters);

static size_t block_parameters(Block *block, int channels, int filters, int shortcut_filters) {
    Trial trial = trial_new(shape4(1, 8, 8, channels), CHANNELS_LAST, false);
    block(&plain_model, trial.inputs, filters, 1, true, 0, shortcut_filters);
    size_t count = params_trainable_count(trial.params);
    return count;
}

START_TEST(block_counts) {
    ck_assert_uint_eq(block_parameters(regular_block, 3, 3, 0), 180);
    ck_assert_uint_eq(block_parameters(regular_block, 3, 6, 6), 540);
    ck_assert_uint_eq(block_parameters(regular_block, 64, 64, 0), 74112);
    ck_assert_uint_eq(block_parameters(bottleneck_block, 256, 64, 0), 70784);
    ck_assert_uint_eq(block_parameters(regular_block, 256, 256, 0) / 70784, 16); /* 16.7 times */
}
END_TEST

/* The parameters of all tensors whose names begin so, and whose kernels have that size. */
static size_t count_parameters(const Trial *trial, const char *name, int kernel_size) {
    size_t count = 0;
    for (int i = 0; i < graph_tensor_count(trial->graph); i++) {
        const Tensor *tensor = graph_tensor_at(trial->graph, i);
        const Parameter *first = tensor_parameter_at(tensor, 0);
        if (first && strncmp(tensor_name(tensor), name, strlen(name)) == 0 &&
            (kernel_size == 0 || (first->shape.rank == 4 && first->shape.size[0] == kernel_size)))
            count += tensor_trainable_count(tensor);
    }
    return count;
}

START_TEST(bottleneck_pointwise) {
    Trial trial = trial_new(shape4(1, 8, 8, 256), CHANNELS_LAST, false);
    bottleneck_block(&plain_model, trial.inputs, 64, 1, true, 0, 0);
    ck_assert_uint_eq(count_parameters(&trial, "", 1), 33088);
}
END_TEST

START_TEST(resnet18_counts) {
    ResNetModel resnet18 = resnet_model(18, 10, CHANNELS_LAST);
    Trial trial = trial_new(shape4(1, 224, 224, 1), CHANNELS_LAST, false);
    model_layers(&resnet18, trial.inputs, true);
    ck_assert_uint_eq(count_parameters(&trial, "conv_initial", 0), 3200);
    ck_assert_uint_eq(count_parameters(&trial, "block_layer0/regular_block0/conv2d", 1), 4160);
    ck_assert_uint_eq(count_parameters(&trial, "block_layer0/regular_block1", 0), 74112);
    ck_assert_uint_eq(count_parameters(&trial, "block_layer0", 0), 152384);
    ck_assert_uint_eq(count_parameters(&trial, "logits", 0), 5130);
}
END_TEST

static Tensor *mean_of_map(Tensor *inputs, const char *scope) {
    SCOPE(inputs, "%s", scope);
    return flatten(global_average_pool2d(inputs));
}

/* The network's end: the mean and then the matrix, or a 1x1 convolution and then the mean. */
START_TEST(mean_and_dense_may_be_exchanged) {
    enum { CHANNELS = 6, CLASSES = 5, MAP = 7 };
    Trial trial = trial_new(shape4(2, MAP, MAP, CHANNELS), CHANNELS_LAST, _i);
    Tensor *conv = custom_conv2d(&plain_model, trial.inputs, CLASSES, 1, 1, "conv");
    Tensor *last_mean = mean_of_map(conv, "last");
    Tensor *first_mean = mean_of_map(trial.inputs, "first");
    Tensor *logits = dense(first_mean, (DenseOptions){.units = CLASSES, .name = "logits"});
    ck_assert_uint_eq(tensor_trainable_count(conv), tensor_trainable_count(logits));
    ck_assert_uint_eq(tensor_multiply_adds(conv), 49 * tensor_multiply_adds(logits));
    tensor_keep(last_mean);
    tensor_keep(logits);
    graph_compile(trial.graph, add(last_mean, logits), false);
    trial_set(&trial, "logits/kernel", parameter_values(params_find(trial.params, "conv/kernel")));

    float inputs[2 * MAP * MAP * CHANNELS];
    Random random = random_stream(7, 0);
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        inputs[i] = random_normal(&random);
    float *got = trial_run(&trial, inputs, last_mean), *other = trial_run(&trial, inputs, logits);
    double expected[2 * CLASSES];
    for (int i = 0; i < 2 * CLASSES; i++)
        expected[i] = other[i];
    expect_near(got, 2 * CLASSES, expected, ROUNDING);
}
END_TEST

/* ---- chapter 5, question 4: what learns when something starts at zero ---- */

static bool has_gradient(const Trial *trial, const char *parameter) {
    const Parameter *found = params_find(trial->params, parameter);
    ck_assert_ptr_nonnull(found);
    for (size_t i = 0; i < found->count; i++)
        if (parameter_gradient(found)[i] != 0)
            return true;
    return false;
}

/* A block's gradients for random inputs after one of its parameters was set to zero. */
static Trial block_with_zeros(const char *zero, bool loops) {
    Trial trial = trial_new(shape4(2, 5, 5, 4), CHANNELS_LAST, loops);
    Tensor *outputs = regular_block(&plain_model, trial.inputs, 4, 1, true, 0, 0);
    graph_compile(trial.graph, outputs, true);
    trial_set(&trial, zero, NULL);
    float inputs[200], upstream[200];
    Random random = random_stream(4, 0);
    for (int i = 0; i < 200; i++) {
        inputs[i] = random_normal(&random);
        upstream[i] = random_normal(&random);
    }
    trial_run(&trial, inputs, outputs);
    graph_backward(trial.graph, upstream);
    return trial;
}

START_TEST(zero_kernel_learns) {
    Trial trial = block_with_zeros("regular_block0/conv2d_1/kernel", _i);
    ck_assert(has_gradient(&trial, "regular_block0/conv2d_1/kernel"));
}
END_TEST

START_TEST(zero_gamma_does_not) {
    static const char *const dead[] = {
        "regular_block0/conv2d_1/kernel", "regular_block0/batch_normalization_1/gamma",
        "regular_block0/batch_normalization_1/beta", "regular_block0/conv2d/kernel",
        "regular_block0/batch_normalization/gamma"};
    Trial trial = block_with_zeros("regular_block0/batch_normalization_1/gamma", _i);
    for (size_t i = 0; i < sizeof dead / sizeof dead[0]; i++)
        ck_assert_msg(!has_gradient(&trial, dead[i]), "%s has a gradient", dead[i]);
    ck_assert(has_gradient(&trial, "regular_block0/conv2d_1/bias"));
}
END_TEST

TCase *worked_block_tests(void) {
    TCase *tests = tcase_with_cleanup("lessons on blocks");
    tcase_add_loop_test(tests, two_kinds_of_shortcut, 0, BOTH_KERNELS);
    tcase_add_test(tests, projection_parameters);
    tcase_add_test(tests, block_counts);
    tcase_add_test(tests, bottleneck_pointwise);
    tcase_add_test(tests, resnet18_counts);
    tcase_add_loop_test(tests, mean_and_dense_may_be_exchanged, 0, BOTH_KERNELS);
    tcase_add_loop_test(tests, zero_kernel_learns, 0, BOTH_KERNELS);
    tcase_add_loop_test(tests, zero_gamma_does_not, 0, BOTH_KERNELS);
    return tests;
}
