/* The smallest network there is, for the exercises that run networks: logits = images * kernel +
 * bias, with its reference in double. */
#ifndef EXERCISES_LINEAR_NETWORK_H
#define EXERCISES_LINEAR_NETWORK_H

#include "reference_softmax.h"
#include "training/network.h"

enum { LINEAR_PIXELS = 6, LINEAR_HEIGHT = 2, LINEAR_WIDTH = 3, LINEAR_CLASSES = 4 };

/* Images (N, 2, 3, 1), LINEAR_CLASSES classes; the parameters are random. */
Network linear_network(Params *params, int batch, bool is_training);

/* The logits of `count` images. */
double *linear_logits(const Params *params, int count, const double *images);

#endif
