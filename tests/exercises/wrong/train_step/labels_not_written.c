/* Diagnosis: the labels are not written, so every image counts as class 0. */
#include "pieces/training.h"

float train_step(const Network *network, Optimizer *optimizer, SgdOptions options,
                 const float *images, const float *labels) {
    tensor_write(network->images, images);
    (void)labels;
    graph_forward(network->graph);

    float loss;
    tensor_read(network->loss, &loss);

    graph_backward(network->graph, NULL);
    optimizer_step(optimizer, options);
    return loss;
}
