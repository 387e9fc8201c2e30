/* The multiply-add peak: independent sums in registers, enough of them that the units never wait
 * for one another (4 cycles of latency times 2 units need 8). No load, no store. */
#include "kernels/simd.h"
#include "machine.h"

#include <omp.h>

enum { SUMS = VECTOR_REGISTERS - 4, STEPS = 1 << 18 };

/* Every sum runs to 1 whatever it starts from: no infinities, no denormal numbers. */
static __attribute__((noinline)) Vector run_sums(Vector factor, Vector term) {
    Vector sums[SUMS];
    for (int i = 0; i < SUMS; i++)
        sums[i] = vector_of((float)i);
    for (int step = 0; step < STEPS; step++)
#pragma GCC unroll 32
        for (int i = 0; i < SUMS; i++)
            sums[i] = sums[i] * factor + term;
    Vector total = {0};
    for (int i = 0; i < SUMS; i++)
        total += sums[i];
    return total;
}

/* Volatile: not known when this is compiled, and wanted when it runs. */
static volatile float half = 0.5F, sink;

static void run_threads(void *context) {
    const int *threads = context;
#pragma omp parallel num_threads(*threads)
    {
        float lanes[VECTOR_FLOATS];
        vector_store(lanes, run_sums(vector_of(half), vector_of(half)));
        if (lanes[0] < 0)
            sink = lanes[0];
    }
}

double peak_measure(Effort effort, int threads) {
    double operations = 2.0 * STEPS * SUMS * VECTOR_FLOATS * threads;
    return operations / measure(effort, run_threads, &threads) * 1e-9;
}
