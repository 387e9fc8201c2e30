/* Diagnosis: the batch is written after the forward pass, so the network works on the batch
 * before. */
#include "pieces/training.h"

float train_step(const Network *network, Optimizer *optimizer, SgdOptions options,
                 const float *images, const float *labels) {
    graph_forward(network->graph);
    tensor_write(network->images, images);
    tensor_write(network->labels, labels);

    float loss;
    tensor_read(network->loss, &loss);

    graph_backward(network->graph, NULL);
    optimizer_step(optimizer, options);
    return loss;
}
