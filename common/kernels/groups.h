/* The groups of a batch: equal runs of consecutive images.
 *
 * What is summed over images is summed within each group first, and over the groups along a binary
 * tree: group 0 with 1, 2 with 3, ..., then these pairs, and so on. Who computes a group, which
 * thread or process, then does not matter: the sums have the same bits. */
#ifndef KERNELS_GROUPS_H
#define KERNELS_GROUPS_H

#include "base/communicator.h"

typedef struct Groups {
    int count; /* of this process, a power of two; 0 stands for 1 */
    int first; /* the number of this process's first one, among those of all processes */
    /* The other processes have the other groups, as many each; NULL: there are none. */
    const Communicator *communicator;
} Groups;

/* At least 1. */
int groups_count(Groups groups);

/* The number of processes. */
int groups_processes(Groups groups);

/* Combines all groups' values along the tree. values (groups + 1, count): a row for each group of
 * this process and one more for what others send; the result is in the first row. */
void groups_combine(Groups groups, int count, double *values, Combine *combine);

/* Writes the sum over `groups` groups from group number `first` on, of arrays of `floats` floats,
 * to `sum`. write(context, group, sum) writes those of one group. `room` has groups_levels(groups)
 * arrays more. */
typedef void GroupSum(void *context, int group, float *sum);
void groups_sum(int first, int groups, size_t floats, GroupSum *write, void *context, float *sum,
                float *room);

/* The levels of the tree over so many groups: their number's logarithm. */
int groups_levels(int groups);

#endif
