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

/* The derivative of sum(outputs * upstream) by one input value, by a central difference. */
static double slope(BlockUnderTest block, BlockCase c, const ResNetModel *model,
                    const Tensor *inputs, const char *scope, double *values, const double *upstream,
                    size_t place) {
    const double step = 1e-5, value = values[place];
    double sums[2];
    for (int side = 0; side < 2; side++) {
        values[place] = value + (side ? step : -step);
        Images images = images_from(model, inputs, c.is_training, values);
        sums[side] = weighted_sum(
            model, block.reference(images, scope, c.filters, c.strides, c.projection), upstream);
    }
    values[place] = value;
    return (sums[1] - sums[0]) / (2 * step);
}

void try_block(BlockUnderTest block, BlockCase c) {
    ResNetModel model = model_for_tests(c.format);
    Tensor *inputs = new_inputs(c.format, BATCH, HEIGHT, WIDTH, c.channels);
    int channels = c.filters * block.expansion;
    Tensor *outputs = block.record(&model, inputs, c.filters, c.strides, c.is_training, c.index,
                                   c.projection ? channels : 0);
    int sizes[] = {BATCH, (HEIGHT - 1) / c.strides + 1, (WIDTH - 1) / c.strides + 1, channels};
    expect_tensor(block.name, inputs, outputs,
                  shape_image(c.format, sizes[0], sizes[1], sizes[2], sizes[3]));
    recorded_operations(inputs);

    char scope[SCOPE_TEXT];
    snprintf(scope, sizeof scope, "%s%d/", block.name, c.index);
    size_t count = (size_t)BATCH * HEIGHT * WIDTH * c.channels;
    double *values = random_values(5, count);
    double *upstream = random_values(6, (size_t)sizes[0] * sizes[1] * sizes[2] * sizes[3]);
    const float *d_inputs;
    const float *got = run_backward(inputs, outputs, values, 1, upstream, &d_inputs);
    randomise_parameters(inputs, 1); /* the run has changed the moving averages */

    Images images = images_from(&model, inputs, c.is_training, values);
    Images expected = block.reference(images, scope, c.filters, c.strides, c.projection);
    expect_values("outputs", axes_image(c.format, sizes[0], sizes[1], sizes[2], sizes[3]), got,
                  images_values(&model, expected), 1e-4);

    double slopes[PLACES];
    float gradients[PLACES];
    for (size_t i = 0; i < PLACES; i++) {
        size_t place = i * (count - 1) / (PLACES - 1);
        gradients[i] = d_inputs[place];
        slopes[i] = slope(block, c, &model, inputs, scope, values, upstream, place);
    }
    expect_values("some of the inputs' gradient", axes_line('i', PLACES), gradients, slopes, 1e-3);
}
