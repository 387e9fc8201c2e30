/* Random small graphs of all layers.
 *
 * Even numbers give exact graphs: if their parameters and inputs are small whole numbers (moving
 * variances 0.75, so that with epsilon 0.25 the deviation is 1), all values and gradients are small
 * whole numbers or dyadic fractions, which float32 computes without rounding, in any order. Odd
 * numbers give rounded graphs, with training batch norm and losses. */
#ifndef TESTS_RANDOM_GRAPH_H
#define TESTS_RANDOM_GRAPH_H

#include "base/random.h"
#include "graph/graph.h"

enum { MAX_RECORDED = 128 };

typedef struct Recording {
    bool exact;
    Params *params;
    Graph *graph;
    Tensor *recorded[MAX_RECORDED]; /* what may be read or kept */
    int count;
    Tensor *labels; /* NULL if there is no loss */
    Tensor *target;

    Random random;
    const uint8_t *bytes; /* if set, `left` bytes decide in place of random numbers */
    size_t left;
    int averages; /* pools, each of which makes finer fractions */
} Recording;

/* The same graph for the same number, whatever the format and the kernels. Not compiled yet. */
Recording *random_graph_new(int number, DataFormat format, bool loops);

/* The graph that bytes describe, with sizes and paddings that the others have not. The library ends
 * the program where it refuses them. */
Recording *random_graph_from_bytes(const uint8_t *bytes, size_t count, bool loops);

void random_graph_free(Recording *recording);

#endif
