/* Diagnosis: the backward pass gets an upstream gradient of its own; NULL stands for 1. */
#include "pieces/training.h"

float train_step(const Network *network, Optimizer *optimizer, SgdOptions options,
                 const float *images, const float *labels) {
    tensor_write(network->images, images);
    tensor_write(network->labels, labels);
    graph_forward(network->graph);

    float loss;
    tensor_read(network->loss, &loss);

    graph_backward(network->graph, (float[]){0.5f});
    optimizer_step(optimizer, options);
    return loss;
}
