/* Sums in registers: no load, no store. */
#include "kernels/peak.h"

#include "base/error.h"
#include "kernels/simd.h"

/* Enough of them that the units never wait for one another (4 cycles of latency times 2 units need
 * 8), and registers left for what is added. */
enum { SUMS = VECTOR_REGISTERS - 4, STEPS = 1 << 18 };

/* Every sum runs to 1 whatever it starts from: no infinities, no denormal numbers. */
ALWAYS_INLINE Vector add_up(int count, Vector factor, Vector term) {
    Vector sums[SUMS];
    for (int i = 0; i < count; i++)
        sums[i] = vector_of((float)i);
    for (int step = 0; step < STEPS; step++)
#pragma GCC unroll 32
        for (int i = 0; i < count; i++)
            sums[i] = sums[i] * factor + term;
    Vector total = {0};
    for (int i = 0; i < count; i++)
        total += sums[i];
    return total;
}

/* A count that is a constant keeps its sums in registers. */
static __attribute__((noinline)) Vector run_sums(int count, Vector factor, Vector term) {
    switch (count) {
    case 1:
        return add_up(1, factor, term);
    case 2:
        return add_up(2, factor, term);
    case 4:
        return add_up(4, factor, term);
    case 8:
        return add_up(8, factor, term);
    default:
        return add_up(SUMS, factor, term);
    }
}

/* Volatile: not known when this is compiled, and wanted when it runs. */
static volatile float half = 0.5F, sink;

typedef struct Sums {
    int count, threads;
} Sums;

static void run_threads(void *context) {
    const Sums *sums = context;
#pragma omp parallel num_threads(sums->threads)
    {
        float lanes[VECTOR_FLOATS];
        vector_store(lanes, run_sums(sums->count, vector_of(half), vector_of(half)));
        if (lanes[0] < 0)
            sink = lanes[0];
    }
}

static double rate(Effort effort, Sums sums) {
    double operations = 2.0 * STEPS * sums.count * VECTOR_FLOATS * sums.threads;
    return operations / measure(effort, run_threads, &sums) * 1e-9;
}

double peak_measure(Effort effort, int threads) {
    return rate(effort, (Sums){SUMS, threads});
}

double peak_of_sums(Effort effort, int count) {
    require(count == 1 || count == 2 || count == 4 || count == 8, "%d sums; ask for 1, 2, 4 or 8",
            count);
    return rate(effort, (Sums){count, 1});
}
