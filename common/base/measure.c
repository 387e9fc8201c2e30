#include "base/measure.h"

#include "base/clock.h"
#include "base/integers.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) {
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static double seconds_of(Work *work, void *context, int calls) {
    double start = clock_seconds();
    for (int i = 0; i < calls; i++)
        work(context);
    return clock_seconds() - start;
}

/* How many calls make a sample; the first call does not count. */
static int calls_of(Effort effort, Work *work, void *context) {
    enum { MOST = 1 << 24 };
    work(context);
    int calls = 1;
    while (calls < MOST && seconds_of(work, context, calls) < effort.seconds)
        calls *= 2;
    return calls;
}

double measure(Effort effort, Work *work, void *context) {
    int calls = calls_of(effort, work, context);
    double *samples = memory_new((size_t)effort.samples, sizeof *samples);
    for (int i = 0; i < effort.samples; i++)
        samples[i] = seconds_of(work, context, calls) / calls;
    double result = median(samples, effort.samples);
    free(samples);
    return result;
}

double measure_shortest(double seconds, Work *work, void *context) {
    double shortest = INFINITY, begin = clock_seconds();
    do
        shortest = fmin(shortest, seconds_of(work, context, 1));
    while (clock_seconds() - begin < seconds);
    return shortest;
}

double measure_ratio(Effort effort, Work *a, void *context_a, Work *b, void *context_b) {
    int calls_a = calls_of(effort, a, context_a), calls_b = calls_of(effort, b, context_b);
    double *ratios = memory_new((size_t)effort.samples, sizeof *ratios);
    for (int i = 0; i < effort.samples; i++) {
        double seconds_a = seconds_of(a, context_a, calls_a) / calls_a;
        ratios[i] = seconds_a / (seconds_of(b, context_b, calls_b) / calls_b);
    }
    double result = median(ratios, effort.samples);
    free(ratios);
    return result;
}

enum { DRAWN = 1 << 14 }; /* further values repeat these */

float *random_array(Random *random, size_t count) {
    float *values = memory_new(count, sizeof *values);
    size_t done = min_size(count, DRAWN);
    for (size_t i = 0; i < done; i++)
        values[i] = 2 * random_uniform(random) - 1;
    while (done < count) {
        size_t more = min_size(done, count - done);
        memcpy(values + done, values, more * sizeof *values);
        done += more;
    }
    return values;
}

double relative_difference(const float *found, const float *expected, size_t count) {
    double largest = 0, difference = 0;
    for (size_t i = 0; i < count; i++) {
        double own = fabs((double)found[i] - expected[i]);
        largest = fmax(largest, fabs((double)expected[i]));
        difference = own > difference || isnan(own) ? own : difference;
    }
    return difference / largest;
}
