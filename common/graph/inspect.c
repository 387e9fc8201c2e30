#include "graph/inspect.h"

#include "graph/operation.h"

int graph_tensor_count(const Graph *graph) {
    return graph->count;
}

const Tensor *graph_tensor_at(const Graph *graph, int index) {
    return graph->tensors[index];
}

const char *tensor_operation(const Tensor *tensor) {
    return tensor->operation ? tensor->operation->name : "input";
}

Tensor *tensor_input(const Tensor *tensor, int index) {
    return index < MAX_INPUTS ? tensor->inputs[index] : NULL;
}

const Parameter *tensor_parameter_at(const Tensor *tensor, int index) {
    return index < MAX_PARAMETERS ? tensor->parameters[index] : NULL;
}

size_t tensor_trainable_count(const Tensor *tensor) {
    size_t count = 0;
    for (int i = 0; i < MAX_PARAMETERS; i++) /* a parameter left out, like a bias, leaves a gap */
        if (tensor->parameters[i] && parameter_is_trainable(tensor->parameters[i]))
            count += tensor->parameters[i]->count;
    return count;
}

uint64_t tensor_multiply_adds(const Tensor *tensor) {
    const Parameter *kernel = tensor->parameters[0];
    if (!kernel || kernel->role != PARAMETER_KERNEL)
        return 0;
    size_t filters = (size_t)kernel->shape.size[kernel->shape.rank - 1];
    return (uint64_t)shape_count(tensor->shape) * (kernel->count / filters);
}
