/* What exchanges between processes cost: by the model, and by the clock. */
#ifndef MANY_MACHINES_COSTS_H
#define MANY_MACHINES_COSTS_H

#include "base/communicator.h"

/* A network between machines. */
typedef struct Link {
    double latency; /* seconds of a message of no bytes */
    double bytes;   /* a second */
} Link;

/* Seconds of a sum of so many bytes over so many processes:
 *     ring                   2 (p - 1) latency    + 2 (p - 1) / p * bytes / bandwidth
 *     halving and doubling   2 log2(p) latency    + 2 (p - 1) / p * bytes / bandwidth */
double ring_seconds(Link link, int processes, double bytes);
double halving_seconds(Link link, int processes, double bytes);

/* Prints a table of the two for the networks of this course. */
void show_model(void);

/* Prints how long this run's processes take for exchanges of several sizes: medians of repetitions.
 * All processes call it. */
void show_exchanges(const Communicator *communicator);

#endif
