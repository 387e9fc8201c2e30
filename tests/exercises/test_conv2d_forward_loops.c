/* Tests of conv2d_forward_loops(). */
#include "harness.h"

#include "convolutions.h"
#include "pieces/loops.h"

static void try_values(const Convolution *convolution) {
    float *outputs = output_floats("outputs", axes_count(convolution->outputs_axes));
    const float *bias = NULL;
    record_text("bias", convolution->bias ? "given" : "NULL");
    if (convolution->bias)
        bias = input_floats("bias", convolution->bias, axes_count(convolution->bias_axes));
    conv2d_forward_loops(
        &convolution->shape,
        input_floats("inputs", convolution->inputs, axes_count(convolution->inputs_axes)),
        input_floats("kernel", convolution->kernel, axes_count(convolution->kernel_axes)), bias,
        outputs);
    expect_values("outputs", convolution->outputs_axes, outputs, convolution_outputs(convolution),
                  1e-5);
}

static void try_convolution(ConvolutionKind kind, DataFormat format, bool with_bias) {
    Convolution convolution = convolution_new(convolution_shape(kind, format));
    if (!with_bias)
        convolution.bias = NULL;
    try_values(&convolution);
}

START_TEST(by_hand) {
    const double inputs[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const double kernel[] = {1, 10, 100, 1000};
    const double expected[] = {5421, 6532, 8754, 9865};
    Conv2DShape shape = convolution_shape(CONVOLUTION_2X2, CHANNELS_LAST);
    float *outputs = output_floats("outputs", 4);
    conv2d_forward_loops(&shape, input_floats("inputs", inputs, 9),
                         input_floats("kernel", kernel, 4), NULL, outputs);
    expect_values("outputs", axes_image(CHANNELS_LAST, 1, 2, 2, 1), outputs, expected, 1e-6);
}
END_TEST

START_TEST(one_pixel) {
    try_convolution(CONVOLUTION_POINTWISE, CHANNELS_LAST, false);
}
END_TEST

START_TEST(channels) {
    try_convolution(CONVOLUTION_CHANNELS, CHANNELS_LAST, false);
}
END_TEST

START_TEST(bias) {
    try_convolution(CONVOLUTION_CHANNELS, CHANNELS_LAST, true);
}
END_TEST

START_TEST(padding) {
    try_convolution(CONVOLUTION_PADDED, CHANNELS_LAST, false);
}
END_TEST

START_TEST(strides) {
    try_convolution(CONVOLUTION_STRIDED, CHANNELS_LAST, false);
}
END_TEST

START_TEST(uneven) {
    try_convolution(CONVOLUTION_UNEVEN, CHANNELS_LAST, false);
}
END_TEST

START_TEST(all_at_once) {
    try_convolution(CONVOLUTION_ALL, CHANNELS_LAST, true);
}
END_TEST

START_TEST(large) {
    try_convolution(CONVOLUTION_LARGE, CHANNELS_LAST, true);
}
END_TEST

START_TEST(channels_first) {
    try_convolution(CONVOLUTION_POINTWISE, CHANNELS_FIRST, false);
    try_convolution(CONVOLUTION_ALL, CHANNELS_FIRST, true);
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "a 3 x 3 image and a 2 x 2 kernel, by hand");
    add_test(one_pixel, "a 1 x 1 kernel: three channels of a pixel make two");
    add_test(channels, "two images, two channels, three filters, a 2 x 2 kernel");
    add_test(bias, "the same with a bias");
    add_test(padding, "one zero all around the image");
    add_test(strides, "every second place: strides 2");
    add_test(uneven, "strides 2, no zeros above the image, two left of it");
    add_test(all_at_once, "channels_last, with all of it at once");
    add_test(large, "three images, five channels, a 5 x 5 kernel, strides 3");
    add_test(channels_first, "images in (n, c, h, w)");
}
