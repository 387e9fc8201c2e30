#include "dense_network.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "layers/layers.h"
#include "pieces/descent.h"

static Tensor *record(const void *model, Tensor *images, bool is_training) {
    const Dataset *dataset = model;
    (void)is_training;
    return dense(flatten(images), (DenseOptions){.units = dataset->classes, .name = "logits"});
}

static Network recorded(const Dataset *dataset, Params *params, int batch, bool is_training) {
    return network_new(params, (NetworkOptions){.record = record,
                                                .model = dataset,
                                                .batch = batch,
                                                .height = dataset->height,
                                                .width = dataset->width,
                                                .channels = dataset->channels,
                                                .is_training = is_training,
                                                .graph = {.data_format = CHANNELS_LAST}});
}

DenseNetwork dense_network_new(const Dataset *dataset, int batch) {
    DenseNetwork network = {.params = params_new(0)};
    network.training = recorded(dataset, network.params, batch, true);
    network.evaluation = recorded(dataset, network.params, EVALUATION_BATCH, false);
    memset(params_values(network.params), 0, params_block_count(network.params) * sizeof(float));
    return network;
}

void dense_network_free(DenseNetwork *network) {
    network_free(&network->training);
    network_free(&network->evaluation);
    params_free(network->params);
}

BatchSource *dense_network_batches(const Dataset *dataset, int batch, uint64_t seed) {
    return batch_source_new(dataset, (BatchOptions){.batch = batch,
                                                    .format = CHANNELS_LAST,
                                                    .shuffle = seed != 0,
                                                    .seed = seed,
                                                    .mean = (float[DATASET_MAX_CHANNELS]){0},
                                                    .deviation = (float[]){1, 1, 1, 1}});
}

const float *dense_network_weights(const DenseNetwork *network) {
    return parameter_values(params_find(network->params, "logits/kernel"));
}

void dense_network_epoch(DenseNetwork *network, BatchSource *source, int epoch, float learning_rate,
                         float weight_decay) {
    Network *training = &network->training;
    float *images = memory_new(batch_source_floats(source), sizeof(float));
    float *labels = memory_new((size_t)training->batch, sizeof(float));
    size_t count = params_block_count(network->params);
    float *values = params_values(network->params), *gradients = params_gradients(network->params);
    batch_source_start(source, epoch);
    while (batch_source_next(source, images, labels) == training->batch) {
        tensor_write(training->images, images);
        tensor_write(training->labels, labels);
        graph_forward(training->graph);
        graph_backward(training->graph, NULL);
        for (size_t i = 0; i < count; i++)
            gradients[i] += weight_decay * values[i];
        gradient_descent_step(count, learning_rate, gradients, values);
    }
    free(images);
    free(labels);
}
