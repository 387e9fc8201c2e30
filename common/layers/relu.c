/* max(0, x). Its gradient needs the sign of the inputs, which the outputs show as well. */
#include "kernels/elementwise.h"
#include "layers/fusion.h"
#include "layers/nodes.h"

static void forward(Tensor *tensor) {
    relu_forward(shape_count(tensor->shape), tensor->inputs[0]->values, tensor->values);
}

static void loops_forward(Tensor *tensor) {
    relu_forward_loops(shape_count(tensor->shape), tensor->inputs[0]->values, tensor->values);
}

static void backward(Tensor *tensor) {
    relu_backward(shape_count(tensor->shape), tensor->values, tensor->gradient,
                  input_gradient(tensor));
}

static void loops_backward(Tensor *tensor) {
    relu_backward_loops(shape_count(tensor->shape), tensor->values, tensor->gradient,
                        input_gradient(tensor));
}

static void fuse_relu(Tensor *activated) {
    Tensor *normalised = activated->inputs[0];
    if (!fusion_is_private(normalised, &operation_batch_normalization))
        return;
    ((BatchNormNode *)normalised->options)->relu = true;
    fusion_replace(activated, normalised);
}

static const Operation operation_relu = {.name = "relu",
                                         .forward = forward,
                                         .backward = backward,
                                         .loops_forward = loops_forward,
                                         .loops_backward = loops_backward,
                                         .fuse = fuse_relu,
                                         .backward_reads_outputs = true,
                                         .forward_in_place = true,
                                         .backward_in_place = true};

Tensor *relu(Tensor *inputs) {
    tensor_graph(inputs);
    return tensor_record(&operation_relu, NULL, inputs, NULL, inputs->shape, NULL, 0);
}
