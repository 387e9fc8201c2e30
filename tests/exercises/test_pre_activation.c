/* Tests of pre_activation(). */
#include "harness.h"

#include "convolutions.h"
#include "normalisations.h"
#include "reference_trace.h"

enum { SEED = 1 };

static ResNetModel model_like(const Normalisation *n) {
    ResNetModel model = model_for_tests(n->format);
    model.batch_norm_momentum = n->options.momentum;
    model.batch_norm_epsilon = n->options.epsilon;
    return model;
}

static Tensor *inputs_for(const Normalisation *n) {
    return new_inputs(n->format, n->batch, n->height, n->width, n->channels);
}

static Shape image_shape(const Normalisation *n) {
    return shape_image(n->format, n->batch, n->height, n->width, n->channels);
}

static Axes image_axes(const Normalisation *n) {
    return axes_image(n->format, n->batch, n->height, n->width, n->channels);
}

static double *copy(const double *values, size_t count) {
    double *result = new_doubles(count);
    for (size_t i = 0; i < count; i++)
        result[i] = values[i];
    return result;
}

/* Takes the parameters that the recorded layer has. */
static void take_parameters(Normalisation *n, const Tensor *inputs) {
    size_t channels = (size_t)n->channels;
    n->gamma = copy(parameter_doubles(inputs, "batch_normalization/gamma"), channels);
    n->beta = copy(parameter_doubles(inputs, "batch_normalization/beta"), channels);
    n->moving_mean = copy(parameter_doubles(inputs, "batch_normalization/moving_mean"), channels);
    n->moving_variance =
        copy(parameter_doubles(inputs, "batch_normalization/moving_variance"), channels);
}

static double *rectified(const double *values, size_t count) {
    double *result = new_doubles(count);
    for (size_t i = 0; i < count; i++)
        result[i] = values[i] > 0 ? values[i] : 0;
    return result;
}

/* Records the layer on new inputs with random parameters, which n receives. */
static Tensor *record(Normalisation *n, Tensor *inputs) {
    ResNetModel model = model_like(n);
    Tensor *outputs = pre_activation(&model, inputs, n->options.is_training);
    expect_tensor("pre_activation", inputs, outputs, image_shape(n));
    randomise_parameters(inputs, SEED);
    take_parameters(n, inputs);
    trace_start(inputs);
    return outputs;
}

START_TEST(shape) {
    Normalisation n = normalisation_new(CHANNELS_LAST, true);
    Tensor *inputs = inputs_for(&n);
    record(&n, inputs);
    recorded_operations(inputs);
}
END_TEST

static void try_outputs(DataFormat format, bool is_training) {
    Normalisation n = normalisation_new(format, is_training);
    Tensor *inputs = inputs_for(&n), *outputs = record(&n, inputs);
    const float *got = run_forward(inputs, outputs, n.inputs, SEED);
    expect_values("outputs", image_axes(&n), got,
                  rectified(normalisation_outputs(&n), normalisation_count(&n)), 1e-5);
}

START_TEST(training) {
    try_outputs(CHANNELS_LAST, true);
}
END_TEST

START_TEST(inference) {
    try_outputs(CHANNELS_LAST, false);
}
END_TEST

/* The moving averages after one run, as floats. */
static void expect_moving(const Normalisation *n, const Tensor *inputs, const char *name,
                          const double *expected) {
    const double *values = parameter_doubles(inputs, name);
    float got[8];
    for (int c = 0; c < n->channels; c++)
        got[c] = (float)values[c];
    expect_values(name, axes_line('c', (size_t)n->channels), got, expected, 1e-5);
}

static void try_moving_averages(bool is_training) {
    Normalisation n = normalisation_new(CHANNELS_LAST, is_training);
    Tensor *inputs = inputs_for(&n), *outputs = record(&n, inputs);
    run_forward(inputs, outputs, n.inputs, SEED);
    double mean[8], variance[8], share = 1 - (double)n.options.momentum;
    for (int c = 0; c < n.channels; c++) {
        mean[c] = n.moving_mean[c] + share * (normalisation_mean(&n, c) - n.moving_mean[c]);
        variance[c] =
            n.moving_variance[c] + share * (normalisation_variance(&n, c) - n.moving_variance[c]);
    }
    expect_moving(&n, inputs, "batch_normalization/moving_mean", mean);
    expect_moving(&n, inputs, "batch_normalization/moving_variance", variance);
}

START_TEST(moving_averages) {
    try_moving_averages(true);
}
END_TEST

START_TEST(inference_changes_nothing) {
    try_moving_averages(false);
}
END_TEST

START_TEST(training_channels_first) {
    try_outputs(CHANNELS_FIRST, true);
}
END_TEST

START_TEST(inference_channels_first) {
    try_outputs(CHANNELS_FIRST, false);
}
END_TEST

/* A 1 x 1 convolution in front, so that the layer's own inputs are another's outputs. */
static Convolution convolution_before(const Normalisation *n, const Tensor *inputs) {
    Convolution convolution = convolution_new((Conv2DShape){.format = n->format,
                                                            .batch = n->batch,
                                                            .in_height = n->height,
                                                            .in_width = n->width,
                                                            .channels = n->channels,
                                                            .out_height = n->height,
                                                            .out_width = n->width,
                                                            .filters = n->channels,
                                                            .kernel_size = 1,
                                                            .strides = 1});
    convolution.kernel = parameter_doubles(inputs, "before/kernel");
    convolution.bias = parameter_doubles(inputs, "before/bias");
    return convolution;
}

/* inputs - before - pre_activation - add, the shortcut going from before to add. */
static void try_gradient(DataFormat format, bool is_training) {
    Normalisation n = normalisation_new(format, is_training);
    size_t count = normalisation_count(&n);
    Tensor *inputs = inputs_for(&n);
    Tensor *before =
        conv2d(inputs, (Conv2DOptions){.filters = n.channels, .kernel_size = 1, .name = "before"});
    Tensor *outputs = add(record(&n, before), before);
    const double *values = random_values(51, count), *upstream = random_values(52, count);
    const float *got = NULL;
    run_backward(inputs, outputs, values, SEED, upstream, &got);

    Convolution convolution = convolution_before(&n, inputs);
    convolution.inputs = values;
    n.inputs = convolution_outputs(&convolution);
    const double *normalised = normalisation_outputs(&n);
    for (size_t i = 0; i < count; i++)
        n.d_outputs[i] = normalised[i] > 0 ? upstream[i] : 0;
    double *d_before = normalisation_gradient(&n, n.inputs, count);
    for (size_t i = 0; i < count; i++)
        d_before[i] += upstream[i];
    convolution.d_outputs = d_before;
    expect_gradient("d_inputs", image_axes(&n), got, convolution_d_inputs(&convolution), 1e-5,
                    NULL);
}

START_TEST(gradient_training) {
    try_gradient(CHANNELS_LAST, true);
    try_gradient(CHANNELS_FIRST, true);
}
END_TEST

START_TEST(gradient_inference) {
    try_gradient(CHANNELS_FIRST, false);
    try_gradient(CHANNELS_LAST, false);
}
END_TEST

START_TEST(other_numbers) {
    for (int f = 0; f < 4; f++) {
        Normalisation n = normalisation_other(f % 2 ? CHANNELS_FIRST : CHANNELS_LAST, f < 2);
        Tensor *inputs = inputs_for(&n), *outputs = record(&n, inputs);
        const float *got = run_forward(inputs, outputs, n.inputs, SEED);
        expect_values("outputs", image_axes(&n), got,
                      rectified(normalisation_outputs(&n), normalisation_count(&n)), 1e-4);
    }
}
END_TEST

void exercise_tests(void) {
    add_test(shape, "outputs of the inputs' shape, with the parameters of a batch normalisation");
    add_test(training, "training: normalised by the batch, then ReLU");
    add_test(inference, "inference: normalised by the moving averages, then ReLU");
    add_test(moving_averages, "training: the moving averages learn, with the model's momentum");
    add_test(inference_changes_nothing, "inference: the moving averages stay as they are");
    add_test(training_channels_first, "channels_first: training");
    add_test(inference_channels_first, "channels_first: inference");
    add_test(gradient_training, "between a convolution and a shortcut: the gradient in training");
    add_test(gradient_inference, "the same in inference");
    add_test(other_numbers, "one image of 4 x 1, five channels, another epsilon of the model");
}
