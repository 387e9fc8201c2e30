/* Dropout: which values are dropped depends on the seed, the layer and the run alone, so backward
 * finds the same ones again without storing them. */
#include "base/error.h"
#include "base/random.h"
#include "kernels/elementwise.h"
#include "layers/nodes.h"

typedef struct DropoutNode {
    float rate;
} DropoutNode;

static void drop(const Tensor *tensor, const float *from, float *to) {
    const Graph *graph = tensor->graph;
    const DropoutNode *node = tensor->options;
    uint64_t layer = random_stream(graph->options.seed, (uint64_t)tensor->index).key;
    uint64_t key = random_stream(layer, graph->run).key;
    (graph->options.kernels ? graph->options.kernels->dropout_forward : dropout_forward)(
        shape_count(tensor->shape), key, node->rate, from, to);
}

static void forward(Tensor *tensor) {
    drop(tensor, tensor->inputs[0]->values, tensor->values);
}

static void backward(Tensor *tensor) {
    drop(tensor, tensor->gradient, input_gradient(tensor, 0));
}

static const Operation operation_dropout = {.name = "dropout",
                                            .forward = forward,
                                            .backward = backward,
                                            .forward_in_place = true,
                                            .backward_in_place = true};

Tensor *dropout(Tensor *inputs, float rate, bool is_training) {
    tensor_graph(inputs);
    require(rate >= 0 && rate < 1, "%s: rate %g; use 0 <= rate < 1",
            tensor_place(inputs, "dropout"), (double)rate);
    if (!is_training || rate == 0)
        return inputs;
    DropoutNode node = {rate};
    return tensor_record(&operation_dropout, NULL, inputs, NULL, inputs->shape, &node, sizeof node);
}
