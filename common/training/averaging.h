/* Averaged weights (Polyak and Juditsky 1992): the network that is tested and kept has the mean of
 * the last steps' weights. While the rate is high the weights wander about a good place; their mean
 * is nearer to it. */
#ifndef TRAINING_AVERAGING_H
#define TRAINING_AVERAGING_H

#include "pieces/training.h"

/* average_weights() on all trainable parameters. average is a params_copy() of params. */
void averaging_add(Params *average, Params *params, float decay);

/* Exchanges all values, moving averages too: graphs over params then run the averaged network. */
void averaging_swap(Params *average, Params *params);

/* Batch norms' moving averages of other weights do not fit: measures them on the first batches of
 * the source's epoch, by the training network's forward pass. */
void averaging_measure(const Network *network, BatchSource *source, int epoch);

#endif
