/* How long work takes, arrays to run it on, and how far results are apart. */
#ifndef BASE_MEASURE_H
#define BASE_MEASURE_H

#include "base/random.h"

#include <stddef.h>

/* How long to measure: the number of samples, and the least seconds of each. */
typedef struct Effort {
    int samples;
    double seconds;
} Effort;

typedef void Work(void *context);

/* The seconds that one call of work takes: the median of the samples, after a first call that does
 * not count. */
double measure(Effort effort, Work *work, void *context);

/* The shortest call of those that begin within `seconds`: on a busy machine the one that
 * was disturbed least. */
double measure_shortest(double seconds, Work *work, void *context);

/* How many times as long a call of `a` takes as one of `b`: the median of the samples, for which
 * they take turns. */
double measure_ratio(Effort effort, Work *a, void *context_a, Work *b, void *context_b);

/* The median; the values are put in order. */
double median(double *values, int count);

/* Numbers in [-1, 1) in memory of its own, which free() takes back. Never plain zeros: their pages
 * and their products can be cheaper than others. */
float *random_array(Random *random, size_t count);

/* The largest difference between results, relative to the largest of the expected ones; NaN if one
 * of them is. */
double relative_difference(const float *found, const float *expected, size_t count);

#endif
