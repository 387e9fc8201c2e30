#include "costs.h"

#include "base/clock.h"
#include "base/measure.h"
#include "base/memory.h"
#include "link.h"
#include "pattern.h"
#include "pieces/parallel.h"
#include "show/table.h"

#include <stdio.h>
#include <stdlib.h>

static double gradient_bytes(int layers) {
    Pattern pattern = pattern_new(layers);
    double bytes = (double)pattern.gradients * sizeof(float);
    pattern_free(&pattern);
    return bytes;
}

void show_model(void) {
    static const Link link = {.latency = 10e-6, .bytes = 10e9 / 8};
    static const int counts[] = {2, 4, 8, 16, 64, 256, 1024};
    double small = gradient_bytes(20), large = gradient_bytes(50);
    Table *table =
        table_new("processes | ResNet-20: ring, ms | halving, ms | ResNet-50: ring, ms | "
                  "halving, ms");
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        table_row(table, "%d | %.2f | %.2f | %.1f | %.1f", counts[i],
                  1e3 * ring_seconds(link, counts[i], small),
                  1e3 * halving_seconds(link, counts[i], small),
                  1e3 * ring_seconds(link, counts[i], large),
                  1e3 * halving_seconds(link, counts[i], large));
    printf("\nOne sum of all gradients (%.2f and %.0f MB), by the model, at 10 us and 10 Gbit/s:\n",
           small / 1e6, large / 1e6);
    table_print(table);
}

enum { REPETITIONS = 51 };

static double median_seconds(const Communicator *communicator, size_t count, float *values,
                             float *received) {
    double seconds[REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++) {
        communicator_barrier(communicator);
        double begin = clock_seconds();
        all_reduce(communicator, count, values, received);
        seconds[i] = clock_seconds() - begin;
    }
    return median(seconds, REPETITIONS);
}

void show_exchanges(const Communicator *communicator) {
    static const size_t counts[] = {1, 128, 16384, 273050, 1 << 22};
    enum { COUNTS = sizeof counts / sizeof counts[0] };
    size_t most = counts[COUNTS - 1];
    float *values = memory_new(most, sizeof(float));
    float *received = memory_new(most - most / 2, sizeof(float));
    Table *table = table_new("values | KB | median, us");
    for (size_t i = 0; i < COUNTS; i++)
        table_row(table, "%zu | %.1f | %.1f", counts[i], (double)counts[i] * 4 / 1e3,
                  1e6 * median_seconds(communicator, counts[i], values, received));
    printf("\nA sum over these %d processes, by the clock:\n", communicator->size);
    table_print(table);
    free(values);
    free(received);
}
