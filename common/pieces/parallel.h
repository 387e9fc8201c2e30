/* The piece that joins several processes in one training. The program that links the library supplies
 * it; training/sgd.h calls it once a step, on the gradients. */
#ifndef PIECES_PARALLEL_H
#define PIECES_PARALLEL_H

#include "base/communicator.h"

/* values (count) = the sum of all processes' values, the same in every process. Each process calls it
 * with as many values. Sums are made along the tree of base/communicator.h, by recursive halving and
 * doubling (Thakur, Rabenseifner and Gropp 2005): process number `rank` and its partner
 * rank ^ distance cut their values after count / 2. The process whose rank has the bit `distance` not
 * set keeps the first part and sends the second, its partner does the reverse, and both add what they
 * receive to the part they keep. At distance 1, 2, 4, ... parts are cut further. When all distances
 * are done, partners send each other the finished parts, the last distance first.
 * `received` has room for count - count / 2 values. */
void all_reduce(const Communicator *communicator, size_t count, float *values, float *received);

#endif
