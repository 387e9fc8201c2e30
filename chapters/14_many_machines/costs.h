/* What exchanges between processes cost: by the model, and by the clock. */
#ifndef MANY_MACHINES_COSTS_H
#define MANY_MACHINES_COSTS_H

#include "base/communicator.h"

/* Prints a table of the cost model (link.h) for the networks of this course. */
void show_model(void);

/* Prints how long this run's processes take for exchanges of several sizes: medians of repetitions.
 * All processes call it. */
void show_exchanges(const Communicator *communicator);

#endif
