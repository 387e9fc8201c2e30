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

/* An outermost scope, or an operation outside of scopes. */
typedef struct Stage {
    const char *name; /* name_length bytes of it */
    int name_length;
    Shape shape; /* of its output */
    Cost cost;
} Stage;

/* The stage that begins with the tensor number *index; *index becomes the next one's. False if
 * there is none. Call before graph_compile(). */
bool graph_stage(const Graph *graph, int *index, Stage *stage);

/* A table with a row a stage: output shape, parameters, multiply-adds. */
void summary_print_stages(const Graph *graph);

/* The lines "parameters: N", "moving averages: N" and "total: N" in plain digits. */
void summary_print_counts(const Params *params);

#endif
