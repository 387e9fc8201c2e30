/* Zeros around a tensor. */
#include "base/error.h"
#include "kernels/elementwise.h"
#include "kernels/naive.h"
#include "layers/nodes.h"

#include <string.h>

/* The axes of the data format in the order in which memory holds them. */
static void memory_order(const Tensor *inputs, int axes[4]) {
    const Graph *graph = inputs->graph;
    static const int as_is[4] = {0, 1, 2, 3}, last_from_first[4] = {0, 2, 3, 1};
    bool same = graph->memory_format == graph->options.data_format;
    memcpy(axes, same ? as_is : last_from_first, sizeof as_is);
}

static void forward(Tensor *tensor) {
    const PadNode *node = tensor->options;
    pad_forward(tensor->inputs[0]->values, node->shape, node->memory_paddings, tensor->values);
}

static void loops_forward(Tensor *tensor) {
    const PadNode *node = tensor->options;
    pad_forward_loops(tensor->inputs[0]->values, node->shape, node->memory_paddings,
                      tensor->values);
}

static void backward(Tensor *tensor) {
    const PadNode *node = tensor->options;
    pad_backward(tensor->gradient, node->shape, node->memory_paddings, input_gradient(tensor));
}

static void loops_backward(Tensor *tensor) {
    const PadNode *node = tensor->options;
    pad_backward_naive(tensor->gradient, node->shape, node->memory_paddings,
                       input_gradient(tensor));
}

const Operation operation_pad = {.name = "pad",
                                 .forward = forward,
                                 .backward = backward,
                                 .loops_forward = loops_forward,
                                 .loops_backward = loops_backward};

Tensor *pad(Tensor *inputs, const int paddings[4][2]) {
    require_rank(inputs, 4, "pad");
    PadNode node;
    Shape shape = inputs->shape;
    int axes[4];
    memory_order(inputs, axes);
    for (int axis = 0; axis < 4; axis++) {
        require(paddings[axis][0] >= 0 && paddings[axis][1] >= 0,
                "%s: paddings of axis %d are %d and %d; they must not be negative",
                tensor_place(inputs, "pad"), axis, paddings[axis][0], paddings[axis][1]);
        bool is_large =
            __builtin_add_overflow(shape.size[axis], paddings[axis][0], &shape.size[axis]) ||
            __builtin_add_overflow(shape.size[axis], paddings[axis][1], &shape.size[axis]);
        require(!is_large, "%s: paddings of axis %d are %d and %d; use smaller ones",
                tensor_place(inputs, "pad"), axis, paddings[axis][0], paddings[axis][1]);
        node.shape[axis] = inputs->shape.size[axes[axis]];
        memcpy(node.memory_paddings[axis], paddings[axes[axis]], sizeof node.memory_paddings[axis]);
    }
    memcpy(node.paddings, paddings, sizeof node.paddings);
    return tensor_record(&operation_pad, NULL, inputs, NULL, shape, &node, sizeof node);
}
