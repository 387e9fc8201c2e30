/* The optimizer of pieces/training.h: stochastic gradient descent over a parameter store. */
#ifndef TRAINING_SGD_H
#define TRAINING_SGD_H

#include "pieces/training.h"

/* weight_decay is for the kernels of convolutions and dense layers, never for biases, gamma or
 * beta; with decay_only (may be NULL), for the kernels whose names start with decay_only. */
Optimizer *optimizer_new(Params *params, float weight_decay, const char *decay_only);
void optimizer_free(Optimizer *optimizer);

#endif
