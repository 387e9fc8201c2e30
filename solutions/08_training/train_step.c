/* Exercise 08_training, part 5: the step that everything has led to.
 *
 * Step by step:
 *   1. Write the batch into the network's inputs: tensor_write() for network->images and for
 *      network->labels.
 *   2. graph_forward() on network->graph.
 *   3. Read the loss, one float, with tensor_read() from network->loss.
 *   4. graph_backward(network->graph, NULL): now every parameter has its gradient.
 *   5. optimizer_step() with the options: the parameters move.
 *   6. Return the loss from before the step. */
#include "pieces/training.h"

float train_step(const Network *network, Optimizer *optimizer, SgdOptions options,
                 const float *images, const float *labels) {
    /* stub: return 0; */
    tensor_write(network->images, images);
    tensor_write(network->labels, labels);
    graph_forward(network->graph);

    float loss;
    tensor_read(network->loss, &loss);

    graph_backward(network->graph, NULL);
    optimizer_step(optimizer, options);
    return loss;
}
