#include "originals_under_test.h"

#include <stdio.h>

enum { BATCH = 2, HEIGHT = 5, WIDTH = 4, SCOPE_TEXT = 64, NAME = 128, PLACES = 5 };

static OriginalResNet model_of(OriginalCase c) {
    OriginalResNet model = original_resnet(18, STYLE_D2L, 5, c.format);
    model.projection_batch_norm = c.projection_batch_norm;
    model.strides_on_first = c.strides_on_first;
    model.is_plain = c.is_plain;
    model.form.batch_norm_epsilon = 1e-2f;
    return model;
}

/* How the references see the model. */
static ResNetModel seen_as(const OriginalResNet *model) {
    return (ResNetModel){.data_format = model->form.data_format,
                         .batch_norm_epsilon = model->form.batch_norm_epsilon};
}

/* ---- the equation ---- */

/* "<scope><layer><number>", the number left out if it is 0. */
static const char *named(char name[NAME], const char *scope, const char *layer, int number) {
    if (number)
        snprintf(name, NAME, "%s%s%d", scope, layer, number);
    else
        snprintf(name, NAME, "%s%s", scope, layer);
    return name;
}

/* Convolution and batch norm number `layer` of a block. */
static Images normalised_conv2d(Images images, const char *scope, int layer, int size, int filters,
                                int strides) {
    char name[NAME];
    images = images_conv2d(images, named(name, scope, "conv", layer), size, filters, strides);
    return images_batch_norm(images, named(name, scope, "bn", layer));
}

static Images projection(Images images, const char *scope, OriginalCase c, int channels) {
    char name[NAME];
    images = images_conv2d(images, named(name, scope, "projection", 0), 1, channels, c.strides);
    if (c.projection_batch_norm)
        images = images_batch_norm(images, named(name, scope, "projection_bn", 0));
    return images;
}

static Images branch(Images images, const char *scope, bool three_layers, OriginalCase c) {
    int first = three_layers && !c.strides_on_first ? 1 : c.strides;
    images = normalised_conv2d(images, scope, 1, three_layers ? 1 : 3, c.filters, first);
    images = normalised_conv2d(images_relu(images), scope, 2, 3, c.filters, c.strides / first);
    if (three_layers)
        images = normalised_conv2d(images_relu(images), scope, 3, 1, 4 * c.filters, 1);
    return images;
}

static Images original(Images images, OriginalUnderTest block, OriginalCase c) {
    char scope[SCOPE_TEXT];
    snprintf(scope, sizeof scope, "%s%d/", block.name, c.index);
    Images outputs = branch(images, scope, block.three_layers, c);
    if (c.is_plain)
        return images_relu(outputs);
    Images shortcut = c.use_1x1conv ? projection(images, scope, c, outputs.channels) : images;
    return images_relu(images_add(outputs, shortcut));
}

/* ---- the comparison ---- */

/* The derivative of sum(outputs * upstream) by one input value, by a central difference. */
static double slope(OriginalUnderTest block, OriginalCase c, const ResNetModel *model,
                    const Tensor *inputs, double *values, const double *upstream, size_t count,
                    size_t place) {
    const double step = 1e-5, value = values[place];
    double sums[2] = {0, 0};
    for (int side = 0; side < 2; side++) {
        values[place] = value + (side ? step : -step);
        Images images = images_from(model, inputs, c.is_training, values);
        const double *outputs = images_values(model, original(images, block, c));
        for (size_t i = 0; i < count; i++)
            sums[side] += outputs[i] * upstream[i];
    }
    values[place] = value;
    return (sums[1] - sums[0]) / (2 * step);
}

void try_original(OriginalUnderTest block, OriginalCase c) {
    c.strides = c.strides ? c.strides : 1;
    OriginalResNet model = model_of(c);
    ResNetModel seen = seen_as(&model);
    Tensor *inputs = new_inputs(c.format, BATCH, HEIGHT, WIDTH, c.channels);
    Tensor *outputs =
        block.record(&model, inputs, c.filters, c.use_1x1conv, c.strides, c.is_training, c.index);
    recorded_operations(inputs);
    int height = (HEIGHT - 1) / c.strides + 1, width = (WIDTH - 1) / c.strides + 1;
    int channels = block.three_layers ? 4 * c.filters : c.filters;
    expect_tensor(block.name, inputs, outputs,
                  shape_image(c.format, BATCH, height, width, channels));

    size_t count = (size_t)BATCH * HEIGHT * WIDTH * c.channels;
    size_t output_count = (size_t)BATCH * height * width * channels;
    double *values = random_values(5, count), *upstream = random_values(6, output_count);
    const float *d_inputs;
    const float *got = run_backward(inputs, outputs, values, 1, upstream, &d_inputs);
    randomise_parameters(inputs, 1); /* the run has changed the moving averages */
    Images expected = original(images_from(&seen, inputs, c.is_training, values), block, c);
    expect_values("outputs", axes_image(c.format, BATCH, height, width, channels), got,
                  images_values(&seen, expected), 1e-4);

    double slopes[PLACES];
    float gradients[PLACES];
    for (size_t i = 0; i < PLACES; i++) {
        size_t place = i * (count - 1) / (PLACES - 1);
        gradients[i] = d_inputs[place];
        slopes[i] = slope(block, c, &seen, inputs, values, upstream, output_count, place);
    }
    expect_values("some of the inputs' gradient", axes_line('i', PLACES), gradients, slopes, 1e-3);
}
