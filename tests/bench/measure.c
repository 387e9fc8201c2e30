#include "measure.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"

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

double measure(Effort effort, Work *work, void *context) {
    work(context);
    int calls = 1;
    while (calls < 1 << 24 && seconds_of(work, context, calls) < effort.seconds)
        calls *= 2;
    double *samples = memory_new((size_t)effort.samples, sizeof *samples);
    for (int i = 0; i < effort.samples; i++)
        samples[i] = seconds_of(work, context, calls) / calls;
    double result = median(samples, effort.samples);
    free(samples);
    return result;
}

enum { DRAWN = 1 << 14 }; /* further values repeat these */

float *random_array(size_t count) {
    float *values = memory_new(count, sizeof *values);
    Random random = random_stream(1, count);
    size_t done = count < DRAWN ? count : DRAWN;
    for (size_t i = 0; i < done; i++)
        values[i] = 2 * random_uniform(&random) - 1;
    while (done < count) {
        size_t more = done < count - done ? done : count - done;
        memcpy(values + done, values, more * sizeof *values);
        done += more;
    }
    return values;
}
