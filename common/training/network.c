#include "training/network.h"

#include "base/error.h"
#include "graph/inspect.h"
#include "layers/layers.h"

static void keep(const Graph *graph, const char *const *names) {
    for (; names && *names; names++) {
        Tensor *tensor = graph_find(graph, *names);
        require(tensor, "%s: the network has no tensor of that name; take one of tensor_name()'s",
                *names);
        tensor_keep(tensor);
    }
}

Network network_new(Params *params, NetworkOptions options) {
    Network network = {.graph = graph_new(params, options.graph), .batch = options.batch};
    network.images = graph_input(network.graph, "images",
                                 shape_image(options.graph.data_format, options.batch,
                                             options.height, options.width, options.channels));
    network.labels = graph_input(network.graph, "labels", shape1(options.batch));
    network.logits = options.record(options.model, network.images, options.is_training);
    tensor_keep(network.logits);
    keep(network.graph, options.kept);
    network.loss = softmax_cross_entropy(network.logits, network.labels,
                                         options.is_training ? options.label_smoothing : 0);
    graph_compile(network.graph, network.loss, options.is_training);
    return network;
}

void network_free(Network *network) {
    graph_free(network->graph);
    *network = (Network){0};
}
