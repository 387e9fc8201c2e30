/* Sums over groups' gradients in several orders. */
#ifndef MANY_MACHINES_SUMS_H
#define MANY_MACHINES_SUMS_H

#include "base/communicator.h"

/* The gradients of `groups` groups of images: rows of values (groups, count). */
typedef struct Gradients {
    int groups;
    size_t count;
    float *values;
} Gradients;

/* How a sum (count) differs from another: values with other bits, and the largest difference, as a
 * part of the largest value. */
typedef struct Difference {
    size_t values;
    double largest;
} Difference;

/* One group after the other; the sum is to be freed. */
float *sum_in_order(const Gradients *gradients);

/* As a ring of processes makes it, each with as many groups, whose rows it adds along the tree. The
 * sum is cut into as many pieces as there are processes; piece number i begins at process i and
 * goes once around, each process adding its own. */
float *sum_around_ring(const Gradients *gradients, int processes);

/* Along the tree, by all processes of the communicator: tree_sum() over its own groups' rows, then
 * all_reduce(). */
float *sum_along_tree(const Gradients *gradients, const Communicator *communicator);

Difference difference_of(const float *sum, const float *other, size_t count);

#endif
