/* What one of several processes works on in each step of a training. */
#ifndef TRAINING_SHARE_H
#define TRAINING_SHARE_H

#include "graph/graph.h"
#include "pieces/parallel.h"

/* Its images and groups of each batch, by share_batch(); without a communicator (NULL) all. groups
 * 0: as many as processes. Ends the program if the batch cannot be shared out so. */
BatchShare training_share(const Communicator *communicator, int batch, int groups);

/* The share's groups for the graph, whose sums are over the communicator's processes. */
Groups training_groups(const Communicator *communicator, BatchShare share);

#endif
