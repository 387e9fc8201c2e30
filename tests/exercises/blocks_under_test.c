#include "blocks_under_test.h"

#include <stdio.h>

enum { BATCH = 2, HEIGHT = 5, WIDTH = 4, SCOPE_TEXT = 64, PLACES = 5 };

static double weighted_sum(const ResNetModel *model, Images outputs, const double *upstream) {
    const double *values = images_values(model, outputs);
    size_t count = (size_t)outputs.batch * outputs.height * outputs.width * outputs.channels;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * upstream[i];
    return sum;
}

void expect_block(const ResNetModel *model, Tensor *inputs, Tensor *outputs, bool is_training,
                  BlockEquation *equation, const void *row) {
    size_t count = shape_count(tensor_shape(inputs));
    double *values = random_values(5, count);
    double *upstream = random_values(6, shape_count(tensor_shape(outputs)));
    const float *d_inputs;
    const float *got = run_backward(inputs, outputs, values, 1, upstream, &d_inputs);
    randomise_parameters(inputs, 1); /* the run has changed the moving averages */

    Images expected = equation(images_from(model, inputs, is_training, values), row);
    Axes axes = axes_image(model->data_format, expected.batch, expected.height, expected.width,
                           expected.channels);
    expect_values("outputs", axes, got, images_values(model, expected), 1e-4);

    /* The derivatives of sum(outputs * upstream), by central differences. */
    const double step = 1e-5;
    double slopes[PLACES];
    float gradients[PLACES];
    for (size_t i = 0; i < PLACES; i++) {
        size_t place = i * (count - 1) / (PLACES - 1);
        double value = values[place], sums[2];
        for (int side = 0; side < 2; side++) {
            values[place] = value + (side ? step : -step);
            Images images = images_from(model, inputs, is_training, values);
            sums[side] = weighted_sum(model, equation(images, row), upstream);
        }
        values[place] = value;
        gradients[i] = d_inputs[place];
        slopes[i] = (sums[1] - sums[0]) / (2 * step);
    }
    expect_values("some of the inputs' gradient", axes_line('i', PLACES), gradients, slopes, 1e-3);
}

static const BlockUnderTest *tested;

static Images reference(Images images, const void *row) {
    const BlockCase *c = row;
    char scope[SCOPE_TEXT];
    snprintf(scope, sizeof scope, "%s%d/", tested->name, c->index);
    return tested->reference(images, scope, c->filters, c->strides, c->projection);
}

static void try_block(const void *row) {
    const BlockCase *c = row;
    ResNetModel model = model_for_tests(c->format);
    Tensor *inputs = new_inputs(c->format, BATCH, HEIGHT, WIDTH, c->channels);
    int channels = c->filters * tested->expansion;
    Tensor *outputs = tested->record(&model, inputs, c->filters, c->strides, c->is_training,
                                     c->index, c->projection ? channels : 0);
    expect_tensor(tested->name, inputs, outputs,
                  shape_image(c->format, BATCH, (HEIGHT - 1) / c->strides + 1,
                              (WIDTH - 1) / c->strides + 1, channels));
    recorded_operations(inputs);
    expect_block(&model, inputs, outputs, c->is_training, reference, c);
}

void add_block_cases(const BlockUnderTest *block, const BlockCase *cases, size_t count) {
    tested = block;
    for (size_t i = 0; i < count; i++)
        add_case(cases[i].name, cases[i].title, try_block, &cases[i]);
}
