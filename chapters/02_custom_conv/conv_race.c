#include "conv_race.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "kernels/conv2d/conv2d.h"
#include "pieces/loops.h"

static const double ENOUGH_SECONDS = 0.03;

const char conv_race_headings[] =
    "inputs | kernel | strides | pass | loops, GFLOP/s | vectorised | times as fast | "
    "all threads | difference";

/* One array for each role; `result` is what the pass computes. */
typedef struct Race {
    Conv2DShape shape;
    size_t num_inputs, num_kernel, num_outputs;
    float *inputs, *kernel, *d_outputs, *result;
    void *workspace;
} Race;

typedef void Pass(const Race *race);

static void forward_loops(const Race *race) {
    conv2d_forward_loops(&race->shape, race->inputs, race->kernel, NULL, race->result);
}

static void forward_vectorised(const Race *race) {
    Conv2DForward pass = {.inputs = race->inputs, .weights = race->kernel, .outputs = race->result};
    conv2d_forward(&race->shape, pass, race->workspace);
}

static void backward_inputs_loops(const Race *race) {
    conv2d_backward_inputs_loops(&race->shape, race->d_outputs, race->kernel, race->result);
}

static void backward_inputs_vectorised(const Race *race) {
    Conv2DBackwardInputs pass = {
        .d_outputs = race->d_outputs, .weights = race->kernel, .d_inputs = race->result};
    conv2d_backward_inputs(&race->shape, pass, race->workspace);
}

static void backward_kernel_loops(const Race *race) {
    conv2d_backward_kernel_loops(&race->shape, race->inputs, race->d_outputs, race->result, NULL);
}

static void backward_kernel_vectorised(const Race *race) {
    Conv2DBackwardWeights pass = {
        .inputs = race->inputs, .d_outputs = race->d_outputs, .d_weights = race->result};
    conv2d_backward_weights(&race->shape, pass, race->workspace);
}

static float *random_values(size_t count, Random *random) {
    float *values = memory_new(count, sizeof(float));
    for (size_t i = 0; i < count; i++)
        values[i] = random_normal(random);
    return values;
}

static Race race_new(const Conv2DShape *shape, uint64_t seed) {
    const Conv2DShape *s = shape;
    Random random = random_stream(seed, 0);
    Race race = {.shape = *s,
                 .num_inputs = (size_t)s->batch * s->in_height * s->in_width * s->channels,
                 .num_kernel = (size_t)s->kernel_size * s->kernel_size * s->channels * s->filters,
                 .num_outputs = (size_t)s->batch * s->out_height * s->out_width * s->filters};
    race.inputs = random_values(race.num_inputs, &random);
    race.kernel = random_values(race.num_kernel, &random);
    race.d_outputs = random_values(race.num_outputs, &random);
    race.workspace = memory_new(conv2d_workspace(s, omp_get_max_threads()), 1);
    return race;
}

static void race_free(Race *race) {
    free(race->inputs);
    free(race->kernel);
    free(race->d_outputs);
    free(race->workspace);
}

/* The shortest time of one run, of as many as fit into ENOUGH_SECONDS. */
static double seconds_of(Pass *pass, const Race *race) {
    double best = INFINITY, begin = clock_seconds();
    do {
        double start = clock_seconds();
        pass(race);
        best = fmin(best, clock_seconds() - start);
    } while (clock_seconds() - begin < ENOUGH_SECONDS);
    return best;
}

static double relative_difference(const float *a, const float *b, size_t count) {
    double difference = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        difference = fmax(difference, fabs((double)a[i] - b[i]));
        largest = fmax(largest, fabs((double)a[i]));
    }
    return difference / largest;
}

typedef struct Contest {
    const char *name;
    Pass *loops, *vectorised;
    size_t count; /* of the results */
} Contest;

static void race_pass(Race *race, Contest contest, Table *table) {
    float *by_loops = memory_new(contest.count, sizeof(float));
    float *by_vectors = memory_new(contest.count, sizeof(float));
    race->result = by_loops;
    double loops = seconds_of(contest.loops, race);
    race->result = by_vectors;
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    double one_thread = seconds_of(contest.vectorised, race);
    omp_set_num_threads(threads);
    double all_threads = seconds_of(contest.vectorised, race);

    const Conv2DShape *s = &race->shape;
    double work = 2e-9 * (double)race->num_outputs * s->kernel_size * s->kernel_size * s->channels;
    table_row(table, "(%d, %d, %d, %d) | %dx%dx%dx%d | %d | %s | %.2f | %.1f | %.1f | %.1f | %.1e",
              s->batch, s->in_height, s->in_width, s->channels, s->kernel_size, s->kernel_size,
              s->channels, s->filters, s->strides, contest.name, work / loops, work / one_thread,
              loops / one_thread, work / all_threads,
              relative_difference(by_loops, by_vectors, contest.count));
    free(by_loops);
    free(by_vectors);
}

void conv_race(const Conv2DShape *shape, uint64_t seed, Table *table) {
    Race race = race_new(shape, seed);
    const Contest contests[] = {
        {"forward", forward_loops, forward_vectorised, race.num_outputs},
        {"backward, inputs", backward_inputs_loops, backward_inputs_vectorised, race.num_inputs},
        {"backward, kernel", backward_kernel_loops, backward_kernel_vectorised, race.num_kernel}};
    for (size_t i = 0; i < sizeof contests / sizeof contests[0]; i++)
        race_pass(&race, contests[i], table);
    race_free(&race);
}
