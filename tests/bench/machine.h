/* What the machine can do at most: multiply-adds and bytes a second. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include "02_custom_conv/measure.h"

/* GB/s of all threads together. The arrays that a loop reads and writes are counted, not what the
 * processor reads of a line before it writes to it. */
typedef struct Bandwidth {
    double read;  /* sum of a(i) */
    double copy;  /* b(i) = s a(i) */
    double triad; /* c(i) = a(i) + s b(i) */
} Bandwidth;

typedef struct Machine {
    char name[128];
    int threads;
    double peak_of_one, peak; /* fp32 GFLOP/s, of one thread and of all; a multiply-add is two */
    Bandwidth memory;         /* of arrays larger than the caches */
    Bandwidth cache;          /* of arrays that fill at most half of each L2 cache */
} Machine;

/* fp32 GFLOP/s of so many threads that do nothing but multiply-adds in registers. */
double peak_measure(Effort effort, int threads);

/* The bandwidths of all threads, on arrays of so many bytes together. With rounds > 1 each thread
 * passes so often over its share before it waits for the others. */
Bandwidth bandwidth_measure(Effort effort, size_t bytes, int rounds);

#endif
