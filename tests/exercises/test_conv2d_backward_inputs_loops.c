/* Tests of conv2d_backward_inputs_loops(). */
#include "harness.h"

#include "convolutions.h"
#include "pieces/loops.h"

static void try_convolution(ConvolutionKind kind, DataFormat format) {
    Convolution convolution = convolution_new(convolution_shape(kind, format));
    float *d_inputs = output_floats("d_inputs", axes_count(convolution.inputs_axes));
    conv2d_backward_inputs_loops(
        &convolution.shape,
        input_floats("d_outputs", convolution.d_outputs, axes_count(convolution.outputs_axes)),
        input_floats("kernel", convolution.kernel, axes_count(convolution.kernel_axes)), d_inputs);
    const Conv2DShape *shape = &convolution.shape;
    const Factor factors[] = {
        {shape->batch, "the number of images N"},
        {shape->kernel_size * shape->kernel_size, "the number of the kernel's taps"},
        {0, NULL}};
    expect_gradient("d_inputs", convolution.inputs_axes, d_inputs,
                    convolution_d_inputs(&convolution), 1e-5, factors);
}

static void try_by_hand(const double d_outputs[4], const double kernel[4],
                        const double expected[9]) {
    Conv2DShape shape = convolution_shape(CONVOLUTION_2X2, CHANNELS_LAST);
    float *d_inputs = output_floats("d_inputs", 9);
    conv2d_backward_inputs_loops(&shape, input_floats("d_outputs", d_outputs, 4),
                                 input_floats("kernel", kernel, 4), d_inputs);
    expect_values("d_inputs", axes_image(CHANNELS_LAST, 1, 3, 3, 1), d_inputs, expected, 1e-6);
}

START_TEST(one_output) {
    try_by_hand((double[]){0, 2, 0, 0}, (double[]){1, 10, 100, 1000},
                (double[]){0, 2, 20, 0, 200, 2000, 0, 0, 0});
}
END_TEST

START_TEST(by_hand) {
    try_by_hand((double[]){1, 10, 100, 1000}, (double[]){1, 2, 3, 4},
                (double[]){1, 12, 20, 103, 1234, 2040, 300, 3400, 4000});
}
END_TEST

START_TEST(one_pixel) {
    try_convolution(CONVOLUTION_POINTWISE, CHANNELS_LAST);
}
END_TEST

START_TEST(channels) {
    try_convolution(CONVOLUTION_CHANNELS, CHANNELS_LAST);
}
END_TEST

START_TEST(padding) {
    try_convolution(CONVOLUTION_PADDED, CHANNELS_LAST);
}
END_TEST

START_TEST(strides) {
    try_convolution(CONVOLUTION_STRIDED, CHANNELS_LAST);
}
END_TEST

START_TEST(uneven) {
    try_convolution(CONVOLUTION_UNEVEN, CHANNELS_LAST);
}
END_TEST

START_TEST(all_at_once) {
    try_convolution(CONVOLUTION_ALL, CHANNELS_LAST);
}
END_TEST

START_TEST(large) {
    try_convolution(CONVOLUTION_LARGE, CHANNELS_LAST);
}
END_TEST

START_TEST(channels_first) {
    try_convolution(CONVOLUTION_POINTWISE, CHANNELS_FIRST);
    try_convolution(CONVOLUTION_ALL, CHANNELS_FIRST);
}
END_TEST

void exercise_tests(void) {
    add_test(one_output, "one output has a gradient: it goes to the four inputs of its window");
    add_test(by_hand, "all four outputs have one: where windows overlap, it is added up");
    add_test(one_pixel, "a 1 x 1 kernel: the gradients of two filters go to three channels");
    add_test(channels, "two images, two channels, three filters, a 2 x 2 kernel");
    add_test(padding, "one zero all around the image");
    add_test(strides, "strides 2: some inputs are read twice, others never");
    add_test(uneven, "strides 2, no zeros above the image, two left of it");
    add_test(all_at_once, "channels_last, with all of it at once");
    add_test(large, "three images, five channels, a 5 x 5 kernel, strides 3");
    add_test(channels_first, "images in (n, c, h, w)");
}
