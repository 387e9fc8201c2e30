/* The pieces that join several processes in one training. The program that links the library
 * supplies them. */
#ifndef PIECES_PARALLEL_H
#define PIECES_PARALLEL_H

#include "base/communicator.h"

/* What a process works on in each step: a run of the batch's images, which are a run of its groups
 * (kernels/groups.h). */
typedef struct BatchShare {
    int first_group, groups;
    int first_image, images;
} BatchShare;

typedef enum ShareVerdict {
    SHARE_FITS,
    SHARE_PROCESSES,      /* size is no power of two */
    SHARE_GROUPS,         /* groups is no power of two, or does not divide batch */
    SHARE_TOO_FEW_GROUPS, /* groups is less than size */
} ShareVerdict;

/* Shares out a batch of `batch` images, in `groups` equal groups, among `size` processes: each has
 * as many groups, process 0 the first ones, process 1 the next ones, and so on, so that each has
 * whole branches of the tree (tree_sum()). Writes process number `rank`'s share if the batch can be
 * shared out so, else returns the first verdict that applies. batch, groups and size are at least
 * 1. training/share.h calls this once. */
ShareVerdict share_batch(int batch, int groups, int rank, int size, BatchShare *share);

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
 * room for count - count / 2 values. */
void all_reduce(const Communicator *communicator, size_t count, float *values, float *received);

/* The data-parallel step, between the backward pass and the update. Each process has a replica of
 * the network, and what its own images made of it. Afterwards all processes have the same gradients
 * (gradient_count), the sum of all processes', and the same moving averages (moving_count; there
 * may be none), the mean of all processes'. The gradients need no mean: each process's are a part
 * of the whole batch's, divided by the number of its images. Both are added up by all_reduce();
 * received has the room it asks for the longer of the two. training/optimizer.h calls this once a
 * step. */
void synchronize_replicas(const Communicator *communicator, size_t gradient_count, float *gradients,
                          size_t moving_count, float *moving_averages, float *received);

#endif
