/* A network of one dense layer: for each class a sum of all pixels, each times a weight. */
#ifndef DENSE_NETWORK_H
#define DENSE_NETWORK_H

#include "data/dataset.h"
#include "training/network.h"

typedef struct DenseNetwork {
    Params *params;
    Network training, evaluation; /* two recordings over the same parameters */
} DenseNetwork;

enum { EVALUATION_BATCH = 100 };

/* All parameters 0. Its batches have `batch` images of the dataset's size in training, and
 * EVALUATION_BATCH in evaluation. */
DenseNetwork dense_network_new(const Dataset *dataset, int batch);
void dense_network_free(DenseNetwork *network);

/* The dataset's images in batches, pixels from 0 to 1; in another order in each epoch, unless seed
 * is 0. */
BatchSource *dense_network_batches(const Dataset *dataset, int batch, uint64_t seed);

/* The weights (H, W, C, classes). */
const float *dense_network_weights(const DenseNetwork *network);

/* Plain gradient descent on each full batch of an epoch. weight_decay times a weight is added to
 * its gradient, biases included. */
void dense_network_epoch(DenseNetwork *network, BatchSource *source, int epoch, float learning_rate,
                         float weight_decay);

#endif
