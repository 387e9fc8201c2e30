/* Where a graph's time goes. */
#ifndef TRAINING_PROFILE_H
#define TRAINING_PROFILE_H

#include "graph/graph.h"

/* From now on each run of the graph is timed, operation by operation. */
void profile_start(Graph *graph);

/* A table of milliseconds a run, forward and backward, by operation. step_seconds is the time that
 * all runs took with what was done around them; what the operations leave of it is the last row. */
void profile_print(const Graph *graph, double step_seconds);

#endif
