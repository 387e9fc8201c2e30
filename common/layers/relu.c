/* max(0, x). Its gradient needs the sign of the inputs, which the outputs show as well. */
#include "kernels/elementwise.h"
#include "layers/nodes.h"

static void forward(Tensor *tensor) {
    const Kernels *kernels = tensor->graph->options.kernels;
    (kernels ? kernels->relu_forward : relu_forward)(shape_count(tensor->shape),
                                                     tensor->inputs[0]->values, tensor->values);
}

static void backward(Tensor *tensor) {
    const Kernels *kernels = tensor->graph->options.kernels;
    (kernels ? kernels->relu_backward : relu_backward)(shape_count(tensor->shape), tensor->values,
                                                       tensor->gradient, input_gradient(tensor, 0));
}

const Operation operation_relu = {.name = "relu",
                                  .forward = forward,
                                  .backward = backward,
                                  .backward_reads_outputs = true,
                                  .forward_in_place = true,
                                  .backward_in_place = true};

Tensor *relu(Tensor *inputs) {
    tensor_graph(inputs);
    return tensor_record(&operation_relu, NULL, inputs, NULL, inputs->shape, NULL, 0);
}
