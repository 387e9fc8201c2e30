/* Medians of repeated runs, and arrays to run on. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>

/* How long to measure: so many samples, each of at least so many seconds. */
typedef struct Effort {
    int samples;
    double seconds;
} Effort;

typedef void Work(void *context);

/* The seconds that one call of work takes: the median of the samples, after a first call that does
 * not count. */
double measure(Effort effort, Work *work, void *context);

/* How many times as long a call of `a` takes as one of `b`: the median of the samples, for which
 * they take turns. */
double measure_ratio(Effort effort, Work *a, void *context_a, Work *b, void *context_b);

/* The median; the values are put in order. */
double median(double *values, int count);

/* Numbers in [-1, 1) in memory of its own, which free() takes back. Never plain zeros: their pages
 * and their products can be cheaper than others. */
float *random_array(size_t count);

#endif
