#include "training/network.h"

#include "layers/layers.h"

Network network_new(Params *params, NetworkOptions options) {
    Network network = {.graph = graph_new(params, options.graph), .batch = options.batch};
    network.images = graph_input(network.graph, "images",
                                 shape_image(options.graph.data_format, options.batch,
                                             options.height, options.width, options.channels));
    network.labels = graph_input(network.graph, "labels", shape1(options.batch));
    network.logits = options.record(options.model, network.images, options.is_training);
    tensor_keep(network.logits);
    network.loss = softmax_cross_entropy(network.logits, network.labels,
                                         options.is_training ? options.label_smoothing : 0);
    graph_compile(network.graph, network.loss, options.is_training);
    return network;
}

void network_free(Network *network) {
    graph_free(network->graph);
    *network = (Network){0};
}
