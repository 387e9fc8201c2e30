#include "conv_race.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "conv_arrays.h"

const char conv_race_headings[] =
    "inputs | kernel | strides | pass | loops, GFLOP/s | vectorised | times as fast | "
    "all threads | difference";

static const double enough_seconds = 0.03;

static const char *const names[CONV_PASSES] = {[CONV_FORWARD] = "forward",
                                               [CONV_BACKWARD_INPUTS] = "backward, inputs",
                                               [CONV_BACKWARD_KERNEL] = "backward, kernel"};

static void race_pass(const Conv2DShape *s, uint64_t seed, int pass, Table *table) {
    ConvArrays arrays = conv_arrays_new(s, false, seed);
    const float *results[CONV_PASSES] = {[CONV_FORWARD] = arrays.outputs,
                                         [CONV_BACKWARD_INPUTS] = arrays.inputs,
                                         [CONV_BACKWARD_KERNEL] = arrays.kernel};
    const size_t counts[CONV_PASSES] = {[CONV_FORWARD] = arrays.num_outputs,
                                        [CONV_BACKWARD_INPUTS] = arrays.num_inputs,
                                        [CONV_BACKWARD_KERNEL] = arrays.num_kernel};
    float *by_loops = memory_new(counts[pass], sizeof *by_loops);
    double loops = measure_shortest(enough_seconds, conv_passes[pass].loops, &arrays);
    memcpy(by_loops, results[pass], counts[pass] * sizeof *by_loops);
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    double one_thread = measure_shortest(enough_seconds, conv_passes[pass].work, &arrays);
    omp_set_num_threads(threads);
    double all_threads = measure_shortest(enough_seconds, conv_passes[pass].work, &arrays);

    double work = 1e-9 * conv_operations(s);
    table_row(table, "(%d, %d, %d, %d) | %dx%dx%dx%d | %d | %s | %.2f | %.1f | %.1f | %.1f | %.1e",
              s->batch, s->in_height, s->in_width, s->channels, s->kernel_size, s->kernel_size,
              s->channels, s->filters, s->strides, names[pass], work / loops, work / one_thread,
              loops / one_thread, work / all_threads,
              relative_difference(results[pass], by_loops, counts[pass]));
    free(by_loops);
    conv_arrays_free(&arrays);
}

void conv_race(const Conv2DShape *shape, uint64_t seed, Table *table) {
    for (int pass = 0; pass < CONV_PASSES; pass++)
        race_pass(shape, seed, pass, table);
}
