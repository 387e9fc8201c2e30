/* Stochastic gradient descent over a parameter store. The arithmetic is sgd_momentum_step() of
 * pieces/training.h; this module says which parameters decay, and cuts the flat blocks into pieces
 * for the threads. */
#ifndef TRAINING_SGD_H
#define TRAINING_SGD_H

#include "graph/params.h"

typedef struct SgdOptions {
    float learning_rate;
    float momentum;
    bool nesterov;
} SgdOptions;

typedef struct Optimizer Optimizer;

/* weight_decay holds for the kernels of convolutions and dense layers alone: never for biases,
 * gamma or beta. With decay_only (may be NULL), only for kernels whose name starts with it. */
Optimizer *optimizer_new(Params *params, float weight_decay, const char *decay_only);
void optimizer_free(Optimizer *optimizer);

/* One step on all trainable parameters from their gradients. */
void optimizer_step(Optimizer *optimizer, SgdOptions options);

#endif
