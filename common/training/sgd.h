/* The optimizer of pieces/training.h: stochastic gradient descent over a parameter store. It says
 * which parameters decay, and cuts the flat blocks into pieces for the threads. */
#ifndef TRAINING_SGD_H
#define TRAINING_SGD_H

#include "pieces/training.h"

/* weight_decay holds for the kernels of convolutions and dense layers alone: never for biases,
 * gamma or beta. With decay_only (may be NULL), only for kernels whose name starts with it. */
Optimizer *optimizer_new(Params *params, float weight_decay, const char *decay_only);
void optimizer_free(Optimizer *optimizer);

#endif
