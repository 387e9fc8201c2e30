/* Where a graph's time goes. */
#ifndef TRAINING_PROFILE_H
#define TRAINING_PROFILE_H

#include "graph/graph.h"

/* From now on each run of the graph is timed, operation by operation, or is not. */
void profile_switch(Graph *graph, bool is_on);

/* A table of milliseconds a step, forward and backward, by operation. step_seconds is the time that
 * all steps took with what was done around them; what the operations leave is the last row. */
void profile_print(const Graph *graph, int steps, double step_seconds);

#endif
