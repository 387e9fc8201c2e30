/* An evaluation that is shared out: each group of processes' groups has a run of the images. */
#ifndef TRAINING_EVALUATION_H
#define TRAINING_EVALUATION_H

#include "kernels/groups.h"
#include "pieces/training.h"

/* evaluate() on each group's share of the source, and the mean over all: the same bits for any
 * number of processes. The network's graph itself has no communicator: shares differ in length. */
Evaluation evaluate_in_groups(const Network *network, BatchSource *source, int views,
                              Groups groups);

#endif
