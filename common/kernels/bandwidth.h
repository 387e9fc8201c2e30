/* What memory and caches can do at most: bytes a second. */
#ifndef KERNELS_BANDWIDTH_H
#define KERNELS_BANDWIDTH_H

#include "base/measure.h"

/* GB/s of all threads together. The arrays that a loop reads and writes are counted, not what the
 * processor reads of a line before it writes to it. */
typedef struct Bandwidth {
    double read;  /* sum of a(i) */
    double copy;  /* b(i) = s a(i) */
    double triad; /* c(i) = a(i) + s b(i) */
} Bandwidth;

/* The bandwidths of all threads, on arrays of so many bytes together. With rounds > 1 each thread
 * passes so often over its share before it waits for the others. */
Bandwidth bandwidth_measure(Effort effort, size_t bytes, int rounds);

#endif
