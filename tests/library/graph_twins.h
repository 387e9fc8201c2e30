/* One recorded graph, run by the vectorised kernels (fused, in shared memory, with some tensors
 * kept) and by the textbook loops (as recorded, with every tensor kept). */
#ifndef TESTS_GRAPH_TWINS_H
#define TESTS_GRAPH_TWINS_H

#include "random_graph.h"

/* Compiles and runs both twins, forward and backward, on the same parameters and inputs, which the
 * number decides. Fails the test unless values and gradients agree: to the bit in exact graphs,
 * within a tolerance in rounded ones. All twice, because the second run finds what the first left
 * behind. False if they were not compared, because rounding could decide on more than the last
 * digits. */
bool twins_agree(Recording *fast, Recording *loops, int number);

#endif
