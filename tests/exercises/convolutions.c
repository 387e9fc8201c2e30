/* Convolutions in float64. */
#include "convolutions.h"

#include "harness.h"
#include <stdlib.h>

/* Columns: format, batch, in_height, in_width, channels, out_height, out_width, filters,
 * kernel_size, strides, pad_top, pad_left, group. */
static const Conv2DShape shapes[] = {
    [CONVOLUTION_2X2] = {CHANNELS_LAST, 1, 3, 3, 1, 2, 2, 1, 2, 1, 0, 0, 0},
    [CONVOLUTION_POINTWISE] = {CHANNELS_LAST, 1, 2, 3, 3, 2, 3, 2, 1, 1, 0, 0, 0},
    [CONVOLUTION_CHANNELS] = {CHANNELS_LAST, 2, 4, 5, 2, 3, 4, 3, 2, 1, 0, 0, 0},
    [CONVOLUTION_PADDED] = {CHANNELS_LAST, 1, 4, 5, 1, 4, 5, 1, 3, 1, 1, 1, 0},
    [CONVOLUTION_STRIDED] = {CHANNELS_LAST, 1, 7, 6, 1, 3, 2, 1, 3, 2, 0, 0, 0},
    [CONVOLUTION_UNEVEN] = {CHANNELS_LAST, 1, 5, 4, 2, 3, 3, 2, 3, 2, 0, 2, 0},
    [CONVOLUTION_ALL] = {CHANNELS_LAST, 2, 5, 7, 3, 3, 4, 4, 3, 2, 1, 1, 0},
    [CONVOLUTION_LARGE] = {CHANNELS_LAST, 3, 7, 9, 5, 3, 4, 6, 5, 3, 2, 3, 0},
};

Conv2DShape convolution_shape(ConvolutionKind kind, DataFormat format) {
    Conv2DShape shape = shapes[kind];
    shape.format = format;
    return shape;
}

Convolution convolution_new(Conv2DShape shape) {
    int size = shape.kernel_size;
    Convolution result = {
        .shape = shape,
        .inputs_axes =
            axes_image(shape.format, shape.batch, shape.in_height, shape.in_width, shape.channels),
        .kernel_axes = axes("rsck", (int[]){size, size, shape.channels, shape.filters}),
        .bias_axes = axes_line('k', (size_t)shape.filters),
        .outputs_axes = axes_image(shape.format, shape.batch, shape.out_height, shape.out_width,
                                   shape.filters)};
    result.inputs = random_values(21, axes_count(result.inputs_axes));
    result.kernel = random_values(22, axes_count(result.kernel_axes));
    result.bias = random_values(23, axes_count(result.bias_axes));
    result.d_outputs = random_values(24, axes_count(result.outputs_axes));
    return result;
}

/* Which output along an axis reads, through one tap, the value that lies `distance` behind the
 * first window's value of that tap; -1 if none does. */
static int reader(int distance, int strides, int num_outputs) {
    if (distance < 0 || distance % strides != 0 || distance / strides >= num_outputs)
        return -1;
    return distance / strides;
}

/* One input's part in the outputs that read it. Unit vectors are mostly zeros: they add none. */
static void spread(const Conv2DShape *shape, double input, const double *kernel, int n, int i,
                   int j, int c, double *outputs) {
    if (input == 0)
        return;
    for (int r = 0; r < shape->kernel_size; r++)
        for (int s = 0; s < shape->kernel_size; s++) {
            int y = reader(i + shape->pad_top - r, shape->strides, shape->out_height);
            int x = reader(j + shape->pad_left - s, shape->strides, shape->out_width);
            if (y < 0 || x < 0)
                continue;
            const double *weights =
                kernel + ((r * shape->kernel_size + s) * shape->channels + c) * shape->filters;
            for (int k = 0; k < shape->filters; k++)
                if (weights[k] != 0)
                    outputs[image_index(shape->format, shape->out_height, shape->out_width,
                                        shape->filters, n, y, x, k)] += input * weights[k];
        }
}

double *convolution_outputs(const Convolution *convolution) {
    const Conv2DShape *shape = &convolution->shape;
    double *outputs = new_doubles(axes_count(convolution->outputs_axes));
    for (int n = 0; n < shape->batch; n++) {
        for (int i = 0; i < shape->in_height; i++)
            for (int j = 0; j < shape->in_width; j++)
                for (int c = 0; c < shape->channels; c++) {
                    size_t at = image_index(shape->format, shape->in_height, shape->in_width,
                                            shape->channels, n, i, j, c);
                    spread(shape, convolution->inputs[at], convolution->kernel, n, i, j, c,
                           outputs);
                }
        for (int y = 0; y < shape->out_height && convolution->bias; y++)
            for (int x = 0; x < shape->out_width; x++)
                for (int k = 0; k < shape->filters; k++)
                    outputs[image_index(shape->format, shape->out_height, shape->out_width,
                                        shape->filters, n, y, x, k)] += convolution->bias[k];
    }
    return outputs;
}

static double upstream_sum(const Convolution *convolution) {
    double *outputs = convolution_outputs(convolution);
    double sum = 0;
    for (size_t i = 0; i < axes_count(convolution->outputs_axes); i++)
        sum += convolution->d_outputs[i] * outputs[i];
    free(outputs);
    return sum;
}

/* The gradient in the values that *unit, one of the convolution's arrays, holds. */
static double *gradient(Convolution *convolution, const double **unit, size_t count) {
    double *gradients = new_doubles(count), *values = new_doubles(count);
    *unit = values;
    for (size_t i = 0; i < count; i++) {
        values[i] = 1;
        gradients[i] = upstream_sum(convolution);
        values[i] = 0;
    }
    free(values);
    return gradients;
}

double *convolution_d_inputs(const Convolution *convolution) {
    Convolution copy = *convolution;
    copy.bias = NULL;
    return gradient(&copy, &copy.inputs, axes_count(copy.inputs_axes));
}

double *convolution_d_kernel(const Convolution *convolution) {
    Convolution copy = *convolution;
    copy.bias = NULL;
    return gradient(&copy, &copy.kernel, axes_count(copy.kernel_axes));
}

double *convolution_d_bias(const Convolution *convolution) {
    Convolution copy = *convolution;
    copy.kernel = new_doubles(axes_count(copy.kernel_axes));
    return gradient(&copy, &copy.bias, axes_count(copy.bias_axes));
}
