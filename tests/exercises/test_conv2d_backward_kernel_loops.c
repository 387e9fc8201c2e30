/* Tests of conv2d_backward_kernel_loops(). */
#include "harness.h"

#include "convolutions.h"
#include "pieces/loops.h"

typedef struct Gradients {
    float *d_kernel, *d_bias;
} Gradients;

static Gradients run(const Convolution *convolution, bool with_bias) {
    Gradients got = {.d_kernel = output_floats("d_kernel", axes_count(convolution->kernel_axes))};
    record_text("d_bias", with_bias ? "given" : "NULL");
    if (with_bias)
        got.d_bias = output_floats("d_bias", axes_count(convolution->bias_axes));
    conv2d_backward_kernel_loops(
        &convolution->shape,
        input_floats("inputs", convolution->inputs, axes_count(convolution->inputs_axes)),
        input_floats("d_outputs", convolution->d_outputs, axes_count(convolution->outputs_axes)),
        got.d_kernel, got.d_bias);
    return got;
}

/* What a gradient that is wrong by a factor may have to do with. */
static const Factor *factors(const Conv2DShape *shape) {
    static Factor list[4];
    int pixels = shape->out_height * shape->out_width;
    list[0] = (Factor){shape->batch, "the number of images N"};
    list[1] = (Factor){pixels, "the number of outputs H' * W' of an image"};
    list[2] = (Factor){shape->batch * pixels, "the number of outputs N * H' * W' of a filter"};
    return list;
}

static void try_kernel(ConvolutionKind kind, DataFormat format) {
    Convolution convolution = convolution_new(convolution_shape(kind, format));
    Gradients got = run(&convolution, true);
    expect_gradient("d_kernel", convolution.kernel_axes, got.d_kernel,
                    convolution_d_kernel(&convolution), 1e-5, factors(&convolution.shape));
}

static void try_bias(ConvolutionKind kind, DataFormat format) {
    Convolution convolution = convolution_new(convolution_shape(kind, format));
    Gradients got = run(&convolution, true);
    expect_gradient("d_bias", convolution.bias_axes, got.d_bias, convolution_d_bias(&convolution),
                    1e-5, factors(&convolution.shape));
}

static Convolution hand_sized(void) {
    static const double inputs[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const double d_outputs[] = {1, 10, 100, 1000};
    Convolution convolution = convolution_new(convolution_shape(CONVOLUTION_2X2, CHANNELS_LAST));
    convolution.inputs = inputs;
    convolution.d_outputs = d_outputs;
    return convolution;
}

START_TEST(kernel_by_hand) {
    const double expected[] = {5421, 6532, 8754, 9865};
    Convolution convolution = hand_sized();
    Gradients got = run(&convolution, true);
    expect_values("d_kernel", convolution.kernel_axes, got.d_kernel, expected, 1e-6);
}
END_TEST

START_TEST(bias_by_hand) {
    Convolution convolution = hand_sized();
    Gradients got = run(&convolution, true);
    expect_values("d_bias", convolution.bias_axes, got.d_bias, (double[]){1111}, 1e-6);
}
END_TEST

START_TEST(without_bias) {
    Convolution convolution = hand_sized();
    Gradients got = run(&convolution, false);
    expect_values("d_kernel", convolution.kernel_axes, got.d_kernel,
                  convolution_d_kernel(&convolution), 1e-6);
}
END_TEST

START_TEST(one_pixel) {
    try_kernel(CONVOLUTION_POINTWISE, CHANNELS_LAST);
}
END_TEST

START_TEST(channels) {
    try_kernel(CONVOLUTION_CHANNELS, CHANNELS_LAST);
}
END_TEST

START_TEST(bias_of_channels) {
    try_bias(CONVOLUTION_CHANNELS, CHANNELS_LAST);
}
END_TEST

START_TEST(padding) {
    try_kernel(CONVOLUTION_PADDED, CHANNELS_LAST);
}
END_TEST

START_TEST(strides) {
    try_kernel(CONVOLUTION_STRIDED, CHANNELS_LAST);
}
END_TEST

START_TEST(uneven) {
    try_kernel(CONVOLUTION_UNEVEN, CHANNELS_LAST);
}
END_TEST

START_TEST(all_at_once) {
    try_kernel(CONVOLUTION_ALL, CHANNELS_LAST);
    try_bias(CONVOLUTION_ALL, CHANNELS_LAST);
}
END_TEST

START_TEST(large) {
    try_kernel(CONVOLUTION_LARGE, CHANNELS_LAST);
    try_bias(CONVOLUTION_LARGE, CHANNELS_LAST);
}
END_TEST

START_TEST(channels_first) {
    try_kernel(CONVOLUTION_POINTWISE, CHANNELS_FIRST);
    try_kernel(CONVOLUTION_ALL, CHANNELS_FIRST);
}
END_TEST

START_TEST(bias_channels_first) {
    try_bias(CONVOLUTION_ALL, CHANNELS_FIRST);
}
END_TEST

void exercise_tests(void) {
    add_test(kernel_by_hand, "d_kernel of a 2 x 2 kernel on a 3 x 3 image, by hand");
    add_test(bias_by_hand, "its d_bias, by hand");
    add_test(without_bias, "no bias: d_bias is NULL");
    add_test(one_pixel, "d_kernel of a 1 x 1 kernel, three channels, two filters");
    add_test(channels, "d_kernel of two images, two channels, three filters");
    add_test(bias_of_channels, "d_bias of two images, three filters");
    add_test(padding, "one zero all around the image");
    add_test(strides, "every second place: strides 2");
    add_test(uneven, "strides 2, no zeros above the image, two left of it");
    add_test(all_at_once, "channels_last, with all of it at once");
    add_test(large, "three images, five channels, a 5 x 5 kernel, strides 3");
    add_test(channels_first, "channels_first: d_kernel");
    add_test(bias_channels_first, "channels_first: d_bias");
}
