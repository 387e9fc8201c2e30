/* The fully connected layer: a 1x1 convolution over images of one pixel, and computed as one. */
#include "base/error.h"
#include "kernels/conv2d/conv2d.h"
#include "kernels/naive.h"
#include "layers/nodes.h"

static void loops_forward(Tensor *tensor) {
    const Conv2DShape *shape = &((const Conv2DNode *)tensor->options)->shape;
    dense_forward_naive(shape->batch, shape->channels, shape->filters, tensor->inputs[0]->values,
                        parameter_values(tensor->parameters[KERNEL]), convolution_bias(tensor),
                        tensor->values);
}

static void loops_kernel_gradient(const KernelGradientPass *pass, float *d_kernel, float *d_bias) {
    dense_backward_kernel_naive(pass->shape.batch, pass->shape.channels, pass->shape.filters,
                                pass->inputs, pass->d_outputs, d_kernel, d_bias);
}

static void loops_backward(Tensor *tensor) {
    const Conv2DShape *shape = &((const Conv2DNode *)tensor->options)->shape;
    convolution_gradients(tensor, loops_kernel_gradient);
    if (input_gradient(tensor))
        dense_backward_inputs_naive(shape->batch, shape->channels, shape->filters, tensor->gradient,
                                    parameter_values(tensor->parameters[KERNEL]),
                                    input_gradient(tensor));
}

static const Operation operation_dense = {.name = "dense",
                                          .prepare = convolution_prepare,
                                          .forward = convolution_forward,
                                          .backward = convolution_backward,
                                          .loops_forward = loops_forward,
                                          .loops_backward = loops_backward,
                                          .backward_reads_inputs = 1,
                                          .accumulates = true};

Tensor *dense(Tensor *inputs, DenseOptions options) {
    require_rank(inputs, 2, "dense");
    require(options.units > 0, "%s: %d units; at least 1 is needed", tensor_place(inputs, "dense"),
            options.units);
    int rows = inputs->shape.size[0], units = inputs->shape.size[1];
    Conv2DNode node = {.shape = conv2d_matrix_shape(rows, units, options.units)};
    Tensor *tensor = tensor_record(&operation_dense, options.name, inputs, NULL,
                                   shape2(rows, options.units), &node, sizeof node);
    tensor_parameter(tensor, KERNEL, "kernel", shape2(units, options.units), PARAMETER_KERNEL);
    if (!options.no_bias)
        tensor_parameter(tensor, BIAS, "bias", shape1(options.units), PARAMETER_BIAS);
    return tensor;
}
