/* Loops that only move bytes. Each thread has its own share of the arrays. */
#include "kernels/bandwidth.h"

#include "kernels/simd.h"

#include <omp.h>
#include <stdlib.h>

enum { STEP = 8 * VECTOR_FLOATS }; /* independent sums; shares are whole multiples */

typedef struct Loop {
    float *a, *b, *c;
    size_t share; /* floats of each array, a thread */
    int rounds;
    void (*pass)(const struct Loop *loop, size_t begin);
} Loop;

static volatile float factor = 0.5F, sink;

static void read_pass(const Loop *loop, size_t begin) {
    Vector sums[STEP / VECTOR_FLOATS];
    for (int j = 0; j < STEP / VECTOR_FLOATS; j++)
        sums[j] = vector_of(0);
    for (size_t i = begin; i < begin + loop->share; i += STEP)
#pragma GCC unroll 8
        for (int j = 0; j < STEP / VECTOR_FLOATS; j++)
            sums[j] += vector_load(loop->a + i + (size_t)j * VECTOR_FLOATS);
    float lanes[STEP];
    for (int j = 0; j < STEP / VECTOR_FLOATS; j++)
        vector_store(lanes + j * VECTOR_FLOATS, sums[j]);
    for (int lane = 0; lane < STEP; lane++)
        if (lanes[lane] < -(float)loop->share - 1) /* never, but the compiler cannot know */
            sink = lanes[lane];
}

/* With a factor, so that this stays a loop: memcpy may write past the caches, which the loops of a
 * network do not. */
static void copy_pass(const Loop *loop, size_t begin) {
    const float s = factor, *restrict a = loop->a + begin;
    float *restrict b = loop->b + begin;
#pragma omp simd
    for (size_t i = 0; i < loop->share; i++)
        b[i] = s * a[i];
}

static void triad_pass(const Loop *loop, size_t begin) {
    const float s = factor, *restrict a = loop->a + begin, *restrict b = loop->b + begin;
    float *restrict c = loop->c + begin;
#pragma omp simd
    for (size_t i = 0; i < loop->share; i++)
        c[i] = a[i] + s * b[i];
}

static void run_threads(void *context) {
    const Loop *loop = context;
#pragma omp parallel
    for (int round = 0; round < loop->rounds; round++) {
        loop->pass(loop, loop->share * (size_t)omp_get_thread_num());
        __asm__ volatile("" ::: "memory"); /* each round starts from memory again */
    }
}

static double run(Effort effort, Loop loop, void (*pass)(const Loop *, size_t), int arrays) {
    loop.pass = pass;
    double floats = (double)loop.share * omp_get_max_threads() * arrays * loop.rounds;
    return sizeof(float) * floats / measure(effort, run_threads, &loop) * 1e-9;
}

Bandwidth bandwidth_measure(Effort effort, size_t bytes, int rounds) {
    size_t threads = (size_t)omp_get_max_threads();
    Loop loop = {.share = bytes / sizeof(float) / threads / STEP * STEP, .rounds = rounds};
    Random random = random_stream(1, 0);
    loop.a = random_array(&random, loop.share * threads);
    loop.b = random_array(&random, loop.share * threads);
    loop.c = random_array(&random, loop.share * threads);
    Bandwidth bandwidth = {.read = run(effort, loop, read_pass, 1),
                           .copy = run(effort, loop, copy_pass, 2),
                           .triad = run(effort, loop, triad_pass, 3)};
    free(loop.a);
    free(loop.b);
    free(loop.c);
    return bandwidth;
}
