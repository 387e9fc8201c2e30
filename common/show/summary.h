/* A recorded model in numbers. */
#ifndef SHOW_SUMMARY_H
#define SHOW_SUMMARY_H

#include "graph/graph.h"

typedef struct Cost {
    size_t parameters; /* trainable */
    uint64_t multiply_adds;
} Cost;

/* Of everything recorded so far; call before graph_compile(). */
Cost graph_cost(const Graph *graph);

/* A table with a row a stage (an outermost scope, or an operation outside of scopes): output shape,
 * parameters, multiply-adds. Call before graph_compile(). */
void summary_print_stages(const Graph *graph);

/* The lines "parameters: N", "moving averages: N" and "total: N" in plain digits. */
void summary_print_counts(const Params *params);

#endif
