#include "linear_network.h"

static Tensor *record(const void *model, Tensor *images, bool is_training) {
    (void)model;
    (void)is_training;
    return dense(flatten(images), (DenseOptions){.units = LINEAR_CLASSES, .name = "logits"});
}

Network linear_network(Params *params, int batch, bool is_training) {
    Network network = network_new(params, (NetworkOptions){.record = record,
                                                           .batch = batch,
                                                           .height = LINEAR_HEIGHT,
                                                           .width = LINEAR_WIDTH,
                                                           .channels = 1,
                                                           .is_training = is_training});
    randomise_parameters(network.images, 1);
    return network;
}

double *linear_logits(const Params *params, int count, const double *images) {
    const float *kernel = parameter_values(params_find(params, "logits/kernel"));
    const float *bias = parameter_values(params_find(params, "logits/bias"));
    double *logits = new_doubles((size_t)count * LINEAR_CLASSES);
    for (int n = 0; n < count; n++)
        for (int k = 0; k < LINEAR_CLASSES; k++) {
            double sum = (double)bias[k];
            for (int i = 0; i < LINEAR_PIXELS; i++)
                sum += images[n * LINEAR_PIXELS + i] * (double)kernel[i * LINEAR_CLASSES + k];
            logits[n * LINEAR_CLASSES + k] = sum;
        }
    return logits;
}
