/* Diagnosis: the loss is not returned. */
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
    return 0;
}
