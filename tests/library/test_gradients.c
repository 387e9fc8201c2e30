/* Every layer's gradients against finite differences, over odd sizes, strides, kernels, channels
 * and batches. Formats and kernels take turns. */
#include "arrays.h"
#include "cases.h"
#include "gradient_check.h"
#include "layers/layers.h"

/* Takes the next digit of a configuration's number. */
static int digit(int *number, int base) {
    int value = *number % base;
    *number /= base;
    return value;
}

static const struct ImageSide { int height, width; } sides[] = {{7, 7}, {9, 7}, {8, 11}};

static const int kernel_sizes[] = {1, 3, 5, 7};

static int pad_for(Padding padding, int window_size) {
    return padding == PADDING_SYMMETRIC ? window_size / 2 : 0;
}

/* Every combination of kernel, strides, padding, channels and batch, with sizes, formats and
 * kernels taking turns. One test a kernel size, so that no test takes long. */
START_TEST(conv2d_gradients) {
    static const int channels[][2] = {{1, 1}, {1, 5}, {6, 1}, {19, 17}};
    for (int number = 0; number < 3 * 3 * 4 * 2; number++) {
        int rest = number;
        int strides = 1 + digit(&rest, 3);
        Padding padding = (Padding)digit(&rest, 3);
        int chosen = digit(&rest, 4), batch = 1 + 2 * digit(&rest, 2);
        struct ImageSide side = sides[(number + number / 3) % 3];
        DataFormat format = number / 2 % 2 ? CHANNELS_FIRST : CHANNELS_LAST;
        GradientCheck check = gradient_check_new("conv2d", number, format, number % 5 == 4);
        Tensor *inputs = gradient_check_input(
            &check, "inputs",
            shape_image(format, batch, side.height, side.width, channels[chosen][0]), NULL);
        int kernel_size = kernel_sizes[_i];
        gradient_check_run(&check,
                           conv2d(inputs, (Conv2DOptions){.filters = channels[chosen][1],
                                                          .kernel_size = kernel_size,
                                                          .strides = strides,
                                                          .padding = padding,
                                                          .pad = pad_for(padding, kernel_size),
                                                          .no_bias = number % 7 == 0}));
    }
}
END_TEST

START_TEST(pool_gradients) {
    static const int channels[] = {1, 5, 18};
    for (int number = 0; number < 4 * 3 * 3 * 3 * 2; number++) {
        int rest = number;
        int size = 1 + digit(&rest, 4), strides = 1 + digit(&rest, 3);
        Padding padding = (Padding)digit(&rest, 3);
        int chosen = channels[digit(&rest, 3)];
        struct ImageSide side = sides[number % 3];
        DataFormat format = number / 2 % 2 ? CHANNELS_FIRST : CHANNELS_LAST;
        GradientCheck check = gradient_check_new("pool", number, format, number % 5 == 4);
        Shape shape = shape_image(format, 1 + number % 3, side.height, side.width, chosen);
        Tensor *inputs =
            gradient_check_input(&check, "inputs", shape,
                                 random_spaced(&check.random, shape_count(shape), kink_free_gap));
        PoolOptions options = {.pool_size = size,
                               .strides = strides,
                               .padding = padding,
                               .pad = pad_for(padding, size)};
        gradient_check_run(&check, digit(&rest, 2) ? max_pool2d(inputs, options)
                                                   : average_pool2d(inputs, options));
    }
}
END_TEST

START_TEST(batch_norm_gradients) {
    for (int number = 0; number < 3 * 2 * 2 * 2 * 2; number++) {
        int rest = number;
        static const int channels[] = {1, 3, 17};
        int chosen = channels[digit(&rest, 3)];
        bool is_training = digit(&rest, 2);
        DataFormat format = digit(&rest, 2) ? CHANNELS_FIRST : CHANNELS_LAST;
        GradientCheck check = gradient_check_new("batch norm", number, format, digit(&rest, 2));
        Shape shape = digit(&rest, 2) ? shape2(9, chosen) : shape_image(format, 2, 3, 5, chosen);
        Tensor *inputs = gradient_check_input(&check, "inputs", shape, NULL);
        gradient_check_run(
            &check, batch_normalization(inputs, (BatchNormOptions){.is_training = is_training}));
    }
}
END_TEST

/* The layers without an option that the gradient depends on. */
static Tensor *record_plain(GradientCheck *check, int layer, Shape shape) {
    float *spaced = random_spaced(&check->random, shape_count(shape), kink_free_gap);
    Tensor *inputs = gradient_check_input(check, "inputs", shape, spaced);
    const int paddings[4][2] = {{0, 0}, {1, 2}, {3, 0}, {0, 1}};
    switch (layer) {
    case 0:
        return relu(inputs);
    case 1:
        return add(inputs, gradient_check_input(check, "addend", shape, NULL));
    case 2:
        return flatten(inputs);
    case 3:
        return pad(inputs, paddings);
    default:
        return global_average_pool2d(inputs);
    }
}

START_TEST(plain_gradients) {
    for (int number = 0; number < 5 * 2 * 2 * 2; number++) {
        int rest = number;
        int layer = digit(&rest, 5);
        DataFormat format = digit(&rest, 2) ? CHANNELS_FIRST : CHANNELS_LAST;
        GradientCheck check = gradient_check_new("plain", number, format, digit(&rest, 2));
        Shape shape = digit(&rest, 2) ? shape4(1, 3, 5, 1) : shape4(2, 5, 3, 18);
        gradient_check_run(&check, record_plain(&check, layer, shape));
    }
}
END_TEST

START_TEST(dense_gradients) {
    static const int sizes[][2] = {{1, 1}, {5, 10}, {40, 3}, {17, 33}};
    for (int number = 0; number < 4 * 2 * 2 * 2; number++) {
        int rest = number;
        int chosen = digit(&rest, 4), batch = 1 + 6 * digit(&rest, 2);
        bool no_bias = digit(&rest, 2);
        GradientCheck check = gradient_check_new("dense", number, CHANNELS_LAST, digit(&rest, 2));
        Tensor *inputs =
            gradient_check_input(&check, "inputs", shape2(batch, sizes[chosen][0]), NULL);
        gradient_check_run(
            &check, dense(inputs, (DenseOptions){.units = sizes[chosen][1], .no_bias = no_bias}));
    }
}
END_TEST

START_TEST(loss_gradients) {
    for (int number = 0; number < 2 * 3 * 2 * 2; number++) {
        int rest = number;
        bool cross_entropy = digit(&rest, 2);
        int classes = 2 + 8 * digit(&rest, 3), batch = 1 + 4 * digit(&rest, 2);
        GradientCheck check = gradient_check_new("loss", number, CHANNELS_LAST, digit(&rest, 2));
        Tensor *inputs = gradient_check_input(&check, "inputs", shape2(batch, classes), NULL);
        Shape shape = cross_entropy ? shape1(batch) : shape2(batch, classes);
        size_t count = shape_count(shape);
        Tensor *given = gradient_check_constant(
            &check, shape,
            cross_entropy ? random_integers(&check.random, count, 0, classes - 1)
                          : random_normals(&check.random, count));
        gradient_check_run(&check, cross_entropy
                                       ? softmax_cross_entropy(inputs, given, 0.1f * (number % 3))
                                       : mean_squared_error(inputs, given));
    }
}
END_TEST

TCase *gradient_tests(void) {
    TCase *tests = tcase_create("gradients by finite differences");
    tcase_add_loop_test(tests, conv2d_gradients, 0, 4);
    tcase_add_test(tests, pool_gradients);
    tcase_add_test(tests, batch_norm_gradients);
    tcase_add_test(tests, plain_gradients);
    tcase_add_test(tests, dense_gradients);
    tcase_add_test(tests, loss_gradients);
    return tests;
}
