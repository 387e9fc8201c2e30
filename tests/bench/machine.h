/* What the machine can do at most: multiply-adds and bytes a second. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include "kernels/bandwidth.h"
#include "kernels/peak.h"

typedef struct Machine {
    char name[128];
    int threads;
    double peak_of_one, peak; /* fp32 GFLOP/s, of one thread and of all; a multiply-add is two */
    Bandwidth memory;         /* of arrays larger than the caches */
    Bandwidth cache;          /* of arrays that fill at most half of each L2 cache */
} Machine;

#endif
