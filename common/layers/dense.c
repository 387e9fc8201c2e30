/* The fully connected layer: a 1x1 convolution over images of one pixel, and computed as one. */
#include "base/error.h"
#include "kernels/conv2d.h"
#include "layers/nodes.h"

#include <omp.h>

enum { KERNEL, BIAS };

static Conv2DShape as_convolution(const Tensor *tensor) {
    return (Conv2DShape){.format = CHANNELS_LAST,
                         .batch = tensor->shape.size[0],
                         .in_height = 1,
                         .in_width = 1,
                         .channels = tensor->inputs[0]->shape.size[1],
                         .out_height = 1,
                         .out_width = 1,
                         .filters = tensor->shape.size[1],
                         .kernel_size = 1,
                         .strides = 1};
}

static void prepare(Tensor *tensor) {
    Conv2DShape shape = as_convolution(tensor);
    if (!tensor->graph->options.kernels)
        graph_reserve_workspace(tensor->graph, conv2d_workspace(&shape, omp_get_max_threads()));
}

static void forward(Tensor *tensor) {
    Conv2DShape shape = as_convolution(tensor);
    const Kernels *kernels = tensor->graph->options.kernels;
    const float *kernel = parameter_values(tensor->parameters[KERNEL]);
    const float *bias =
        tensor->parameters[BIAS] ? parameter_values(tensor->parameters[BIAS]) : NULL;
    if (kernels)
        kernels->dense_forward(shape.batch, shape.channels, shape.filters,
                               tensor->inputs[0]->values, kernel, bias, tensor->values);
    else
        conv2d_forward(&shape, (Conv2DPrologue){NULL, NULL}, tensor->inputs[0]->values, kernel,
                       bias, NULL, tensor->values, tensor->graph->workspace);
}

static void backward_with(const Kernels *kernels, Tensor *tensor, float *d_kernel, float *d_bias) {
    Conv2DShape shape = as_convolution(tensor);
    kernels->dense_backward_kernel(shape.batch, shape.channels, shape.filters,
                                   tensor->inputs[0]->values, tensor->gradient, d_kernel, d_bias);
    if (input_gradient(tensor, 0))
        kernels->dense_backward_inputs(shape.batch, shape.channels, shape.filters, tensor->gradient,
                                       parameter_values(tensor->parameters[KERNEL]),
                                       input_gradient(tensor, 0));
}

static void backward(Tensor *tensor) {
    Conv2DShape shape = as_convolution(tensor);
    float *d_kernel = parameter_gradient(tensor->parameters[KERNEL]);
    float *d_bias = tensor->parameters[BIAS] ? parameter_gradient(tensor->parameters[BIAS]) : NULL;
    if (tensor->graph->options.kernels) {
        backward_with(tensor->graph->options.kernels, tensor, d_kernel, d_bias);
        return;
    }
    conv2d_backward_kernel(&shape, (Conv2DPrologue){NULL, NULL}, tensor->inputs[0]->values,
                           tensor->gradient, d_kernel, d_bias, tensor->graph->workspace);
    if (input_gradient(tensor, 0))
        conv2d_backward_inputs(&shape, tensor->gradient,
                               parameter_values(tensor->parameters[KERNEL]), tensor->accumulate[0],
                               input_gradient(tensor, 0), tensor->graph->workspace);
}

static const Operation operation_dense = {.name = "dense",
                                          .prepare = prepare,
                                          .forward = forward,
                                          .backward = backward,
                                          .backward_reads_inputs = 1,
                                          .accumulates = true};

Tensor *dense(Tensor *inputs, DenseOptions options) {
    require_rank(inputs, 2, "dense");
    require(options.units > 0, "%s: %d units; at least 1 is needed", tensor_place(inputs, "dense"),
            options.units);
    Shape shape = shape2(inputs->shape.size[0], options.units);
    Tensor *tensor = tensor_record(&operation_dense, options.name, inputs, NULL, shape, NULL, 0);
    tensor_parameter(tensor, KERNEL, "kernel", shape2(inputs->shape.size[1], options.units),
                     PARAMETER_KERNEL);
    if (!options.no_bias)
        tensor_parameter(tensor, BIAS, "bias", shape1(options.units), PARAMETER_BIAS);
    return tensor;
}
