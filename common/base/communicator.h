/* Several processes that compute together. Process number `rank` of `size`, which is a power of
 * two, exchanges arrays with another one; all else is made of that. One process alone is the normal
 * case: communicator_start() of base/alone.c. A build with MPI=1 has that of base/mpi.c instead.
 *
 * Sums over processes have one order, a binary tree: at distance 1 the processes 0 and 1, 2 and 3,
 * ... add their numbers, at distance 2 the pairs 0 1 and 2 3, and so on. a + b is b + a, bit for
 * bit, so both partners of an exchange may add by themselves and hold the same result. */
#ifndef BASE_COMMUNICATOR_H
#define BASE_COMMUNICATOR_H

#include <stddef.h>

typedef struct Communicator Communicator;
struct Communicator {
    int rank, size;
    /* Sends so many bytes to process number `partner` and receives so many from it, while the
     * partner does the reverse. The two arrays do not overlap. */
    void (*exchange)(const Communicator *communicator, int partner, size_t sent_bytes,
                     const void *sent, size_t received_bytes, void *received);
    void *context; /* of exchange */
};

/* All processes of this run. To be called first in main(), before the options are read: processes
 * other than number 0 print nothing from then on. An exit before communicator_end() ends the other
 * processes too. */
const Communicator *communicator_start(int *argc, char ***argv);

/* Waits for all processes; no exchange may follow. */
void communicator_end(void);

/* Waits until all processes are here. */
void communicator_barrier(const Communicator *communicator);

/* values (count) = those of a pair of processes, or of groups of processes, combined. For the same
 * bits everywhere combine(a, b) must be combine(b, a). */
typedef void Combine(int count, double *values, const double *others);

void combine_sums(int count, double *values, const double *others);

/* Combines all processes' values along the tree; every process has the result. `received` has room
 * for `count` more. */
void communicator_combine(const Communicator *communicator, int count, double *values,
                          double *received, Combine *combine);

#endif
