/* The pieces that join several processes in one training. The program that links the library
 * supplies them. */
#ifndef PIECES_PARALLEL_H
#define PIECES_PARALLEL_H

#include "base/communicator.h"

/* The sum over groups along a tree: adds row g + distance of values (groups, count) to row g, for
 * distance 1, 2, 4, ... and every g that is a multiple of 2 * distance. groups is a power of two.
 * The first row ends up with the sum of all; what the other rows end up with does not matter. */
void tree_sum(int groups, size_t count, float *values);

/* values (count) = the sum of all processes' values, the same in every process. Each process calls
 * it with as many values. Sums are made along the tree of base/communicator.h, by recursive halving
 * and doubling (Thakur, Rabenseifner and Gropp 2005): process number `rank` and its partner rank ^
 * distance cut their values after count / 2. The process whose rank has the bit `distance` not set
 * keeps the first part and sends the second, its partner does the reverse, and both add what they
 * receive to the part they keep. At distance 1, 2, 4, ... parts are cut further. When all distances
 * are done, partners send each other the finished parts, the last distance first. `received` has
 * room for count - count / 2 values. training/sgd.h calls this once a step, on the gradients. */
void all_reduce(const Communicator *communicator, size_t count, float *values, float *received);

#endif
