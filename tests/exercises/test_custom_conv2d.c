/* Tests of custom_conv2d(). */
#include "harness.h"

#include "convolutions.h"

#include <stdio.h>

enum { BATCH = 2, CHANNELS = 3, FILTERS = 4, SEED = 1 };

/* Where custom padding puts the windows: (kernel_size - 1) / 2 zeros before, and enough after for a
 * window around every strides-th pixel. With strides 1, that is SAME. */
static Conv2DShape geometry(DataFormat format, int height, int width, int kernel_size,
                            int strides) {
    int before = (kernel_size - 1) / 2;
    return (Conv2DShape){.format = format,
                         .batch = BATCH,
                         .in_height = height,
                         .in_width = width,
                         .channels = CHANNELS,
                         .out_height = (height - 1) / strides + 1,
                         .out_width = (width - 1) / strides + 1,
                         .filters = FILTERS,
                         .kernel_size = kernel_size,
                         .strides = strides,
                         .pad_top = before,
                         .pad_left = before};
}

static Tensor *inputs_for(const Conv2DShape *shape) {
    return new_inputs(shape->format, BATCH, shape->in_height, shape->in_width, CHANNELS);
}

static Shape outputs_shape(const Conv2DShape *shape) {
    return shape_image(shape->format, BATCH, shape->out_height, shape->out_width, FILTERS);
}

/* The values of the parameter, which must have as many as the axes say. */
static const double *parameter_of(const Tensor *inputs, const char *name, const char *which,
                                  Axes expected) {
    char full[64];
    snprintf(full, sizeof full, "%s/%s", name, which);
    const double *values = parameter_doubles(inputs, full);
    size_t count = params_find(graph_params(tensor_graph(inputs)), full)->count;
    if (count != axes_count(expected))
        fail_test("%s has %zu values, expected %zu: look at the options kernel_size and filters.",
                  full, count, axes_count(expected));
    return values;
}

/* The convolution with the parameters that were recorded under that name. */
static Convolution recorded_convolution(const Conv2DShape *shape, const Tensor *inputs,
                                        const char *name) {
    Convolution convolution = convolution_new(*shape);
    convolution.kernel = parameter_of(inputs, name, "kernel", convolution.kernel_axes);
    convolution.bias = parameter_of(inputs, name, "bias", convolution.bias_axes);
    return convolution;
}

static void try_outputs(Conv2DShape shape, const char *name) {
    ResNetModel model = model_for_tests(shape.format);
    Tensor *inputs = inputs_for(&shape);
    Tensor *outputs =
        custom_conv2d(&model, inputs, FILTERS, shape.kernel_size, shape.strides, name);
    expect_tensor("custom_conv2d", inputs, outputs, outputs_shape(&shape));
    recorded_operations(inputs);

    double *values = random_values(2, shape_count(tensor_shape(inputs)));
    const float *got = run_forward(inputs, outputs, values, SEED);
    Convolution convolution = recorded_convolution(&shape, inputs, name ? name : "conv2d");
    convolution.inputs = values;
    expect_values("outputs", convolution.outputs_axes, got, convolution_outputs(&convolution),
                  1e-5);
}

START_TEST(strides_1) {
    try_outputs(geometry(CHANNELS_LAST, 5, 6, 3, 1), NULL);
}
END_TEST

START_TEST(strides_2) {
    try_outputs(geometry(CHANNELS_LAST, 6, 8, 3, 2), NULL);
}
END_TEST

START_TEST(odd_images) {
    try_outputs(geometry(CHANNELS_LAST, 7, 5, 3, 2), NULL);
}
END_TEST

START_TEST(pointwise) {
    try_outputs(geometry(CHANNELS_LAST, 4, 5, 1, 1), NULL);
    try_outputs(geometry(CHANNELS_LAST, 6, 5, 1, 2), NULL);
}
END_TEST

START_TEST(large_kernels) {
    try_outputs(geometry(CHANNELS_LAST, 8, 8, 7, 2), NULL);
    try_outputs(geometry(CHANNELS_LAST, 8, 8, 5, 3), NULL);
}
END_TEST

START_TEST(even_kernels) {
    try_outputs(geometry(CHANNELS_LAST, 5, 6, 4, 1), NULL);
    try_outputs(geometry(CHANNELS_LAST, 6, 6, 4, 2), NULL);
}
END_TEST

START_TEST(channels_first) {
    try_outputs(geometry(CHANNELS_FIRST, 5, 6, 3, 1), NULL);
    try_outputs(geometry(CHANNELS_FIRST, 6, 8, 3, 2), NULL);
}
END_TEST

START_TEST(named) {
    try_outputs(geometry(CHANNELS_LAST, 5, 6, 3, 1), "conv_initial");
    try_outputs(geometry(CHANNELS_LAST, 6, 8, 3, 2), "conv_initial");
}
END_TEST

START_TEST(two_in_a_row) {
    ResNetModel model = model_for_tests(CHANNELS_LAST);
    Tensor *inputs = new_inputs(CHANNELS_LAST, BATCH, 6, 8, CHANNELS);
    Tensor *first = custom_conv2d(&model, inputs, FILTERS, 3, 2, NULL);
    Tensor *second = custom_conv2d(&model, first, FILTERS, 3, 1, NULL);
    expect_tensor("custom_conv2d", inputs, second,
                  shape_image(CHANNELS_LAST, BATCH, 3, 4, FILTERS));
    randomise_parameters(inputs, SEED);
    parameter_doubles(inputs, "conv2d/bias");
    parameter_doubles(inputs, "conv2d_1/bias");
}
END_TEST

/* inputs - relu - custom_conv2d - relu. */
static void try_gradient(Conv2DShape shape) {
    ResNetModel model = model_for_tests(shape.format);
    Tensor *inputs = inputs_for(&shape);
    Tensor *middle =
        custom_conv2d(&model, relu(inputs), FILTERS, shape.kernel_size, shape.strides, NULL);
    expect_tensor("custom_conv2d", inputs, middle, outputs_shape(&shape));

    size_t in_count = shape_count(tensor_shape(inputs));
    size_t out_count = shape_count(tensor_shape(middle));
    const double *values = random_values(3, in_count), *upstream = random_values(4, out_count);
    const float *got = NULL;
    run_backward(inputs, relu(middle), values, SEED, upstream, &got);

    Convolution convolution = recorded_convolution(&shape, inputs, "conv2d");
    double *activated = new_doubles(in_count), *d_outputs = new_doubles(out_count);
    for (size_t i = 0; i < in_count; i++)
        activated[i] = values[i] > 0 ? values[i] : 0;
    convolution.inputs = activated;
    const double *outputs = convolution_outputs(&convolution);
    for (size_t i = 0; i < out_count; i++)
        d_outputs[i] = outputs[i] > 0 ? upstream[i] : 0;
    convolution.d_outputs = d_outputs;
    double *expected = convolution_d_inputs(&convolution);
    for (size_t i = 0; i < in_count; i++)
        expected[i] = values[i] > 0 ? expected[i] : 0;
    expect_gradient("d_inputs", convolution.inputs_axes, got, expected, 1e-5, NULL);
}

START_TEST(gradient) {
    try_gradient(geometry(CHANNELS_LAST, 5, 4, 3, 1));
    try_gradient(geometry(CHANNELS_LAST, 6, 4, 3, 2));
    try_gradient(geometry(CHANNELS_FIRST, 6, 4, 3, 2));
}
END_TEST

void exercise_tests(void) {
    add_test(strides_1, "strides 1: the outputs are as large as the image");
    add_test(strides_2, "strides 2: custom padding, then VALID");
    add_test(odd_images, "strides 2, images of odd size");
    add_test(pointwise, "a 1 x 1 kernel, strides 1 and 2");
    add_test(large_kernels, "a 7 x 7 kernel with strides 2, a 5 x 5 one with strides 3");
    add_test(even_kernels, "a 4 x 4 kernel, strides 1 and 2");
    add_test(channels_first, "images in (n, c, h, w), strides 1 and 2");
    add_test(named, "name: the layer has the name that it is given");
    add_test(two_in_a_row, "two layers without a name");
    add_test(gradient, "between two ReLUs: the gradient of the inputs");
}
