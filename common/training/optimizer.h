/* The optimizer of pieces/training.h: stochastic gradient descent over a parameter store. */
#ifndef TRAINING_OPTIMIZER_H
#define TRAINING_OPTIMIZER_H

#include "base/communicator.h"
#include "pieces/training.h"

/* weight_decay is for the kernels of convolutions and dense layers, never for biases, gamma or
 * beta; with decay_only (may be NULL), for the kernels whose names start with decay_only. */
Optimizer *optimizer_new(Params *params, float weight_decay, const char *decay_only);
void optimizer_free(Optimizer *optimizer);

/* From now on Muon (training/muon.h) moves the kernels of convolutions, all but the network's
 * first; its learning rate is `rate` where that of the other parameters is `peak`. They have no
 * weight decay then. Does nothing if either is 0. Called at most once. */
void optimizer_use_muon(Optimizer *optimizer, float rate, float peak);

/* From now on the gradients are this process's part of a sum: each optimizer_step() begins with
 * synchronize_replicas() of pieces/parallel.h. */
void optimizer_share(Optimizer *optimizer, const Communicator *communicator);

#endif
