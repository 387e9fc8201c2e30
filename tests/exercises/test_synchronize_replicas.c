/* Tests of synchronize_replicas(), by simulated processes that all run the student's function. */
#include "simulated_processes.h"

#include "harness.h"
#include "pieces/parallel.h"

#include <stdio.h>
#include <string.h>

enum { MOST_VALUES = 64 };

/* The processes' values before, and what each of them ended up with. */
typedef struct Replicas {
    int size;
    size_t gradient_count, moving_count;
    double gradients[MOST_PROCESSES][MOST_VALUES], moving[MOST_PROCESSES][MOST_VALUES];
    float *got_gradients[MOST_PROCESSES], *got_moving[MOST_PROCESSES], *received;
} Replicas;

static void refill(float *values, const double *from, size_t count) {
    for (size_t i = 0; i < count; i++)
        values[i] = (float)from[i];
}

static void work(void *context, const Communicator *communicator) {
    Replicas *replicas = context;
    int rank = communicator->rank;
    float *gradients = replicas->got_gradients[rank], *moving = replicas->got_moving[rank];
    refill(gradients, replicas->gradients[rank], replicas->gradient_count);
    refill(moving, replicas->moving[rank], replicas->moving_count);
    synchronize_replicas(communicator, replicas->gradient_count, gradients, replicas->moving_count,
                         moving, replicas->received);
}

static void synchronize(Replicas *replicas) {
    size_t most = replicas->gradient_count > replicas->moving_count ? replicas->gradient_count
                                                                    : replicas->moving_count;
    replicas->received = output_floats("received", most - most / 2);
    for (int rank = 0; rank < replicas->size; rank++) {
        replicas->got_gradients[rank] = output_floats("gradients", replicas->gradient_count);
        replicas->got_moving[rank] = output_floats("moving_averages", replicas->moving_count);
    }
    simulate_processes(replicas->size, work, replicas);
}

/* The sum over processes from `first` on, along the tree, in float. */
static float tree(double values[][MOST_VALUES], int first, int size, size_t index) {
    if (size == 1)
        return (float)values[first][index];
    return tree(values, first, size / 2, index) + tree(values, first + size / 2, size / 2, index);
}

static void expect_line(const char *what, const Replicas *replicas, int rank, size_t count,
                        const float *got, const double *expected) {
    char name[64];
    snprintf(name, sizeof name, "process %d of %d: %s", rank, replicas->size, what);
    if (count > 0)
        expect_values(name, axes_line('i', count), got, expected, 0);
}

/* To the bit: there is but one tree, and a mean over 2, 4, 8, ... is exact. */
static void try_replicas(Replicas *replicas) {
    double gradients[MOST_VALUES], moving[MOST_VALUES];
    for (size_t i = 0; i < replicas->gradient_count; i++)
        gradients[i] = (double)tree(replicas->gradients, 0, replicas->size, i);
    for (size_t i = 0; i < replicas->moving_count; i++)
        moving[i] = (double)tree(replicas->moving, 0, replicas->size, i) / replicas->size;
    synchronize(replicas);
    if (replicas->moving_count > 0)
        record_output("the last process's moving_averages", axes_line('i', replicas->moving_count),
                      replicas->got_moving[replicas->size - 1]);
    for (int rank = 0; rank < replicas->size; rank++) {
        expect_line("gradients", replicas, rank, replicas->gradient_count,
                    replicas->got_gradients[rank], gradients);
        expect_line("moving_averages", replicas, rank, replicas->moving_count,
                    replicas->got_moving[rank], moving);
    }
}

static Replicas random_replicas(int size, size_t gradient_count, size_t moving_count) {
    Replicas replicas = {
        .size = size, .gradient_count = gradient_count, .moving_count = moving_count};
    for (int rank = 0; rank < size; rank++) {
        uint64_t seed = 2 * (uint64_t)rank;
        memcpy(replicas.gradients[rank], random_values(seed, gradient_count),
               gradient_count * sizeof(double));
        memcpy(replicas.moving[rank], random_values(seed + 1, moving_count),
               moving_count * sizeof(double));
    }
    return replicas;
}

static void try_random(int size, size_t gradient_count, size_t moving_count) {
    Replicas replicas = random_replicas(size, gradient_count, moving_count);
    try_replicas(&replicas);
}

START_TEST(gradients_of_two) {
    Replicas replicas = {
        .size = 2, .gradient_count = 4, .gradients = {{1, 2, 3, 4}, {10, 20, 30, 40}}};
    try_replicas(&replicas);
}
END_TEST

START_TEST(two) {
    Replicas replicas = {.size = 2,
                         .gradient_count = 2,
                         .moving_count = 3,
                         .gradients = {{1, 2}, {10, 20}},
                         .moving = {{1, 3, 8}, {2, 5, -8}}};
    try_replicas(&replicas);
}
END_TEST

START_TEST(alone) {
    try_random(1, 4, 3);
}
END_TEST

START_TEST(four) {
    try_random(4, 16, 8);
}
END_TEST

START_TEST(eight) {
    try_random(8, 32, 8);
}
END_TEST

START_TEST(odd) {
    try_random(2, 7, 3);
    try_random(4, 13, 5);
    try_random(8, 5, 1);
}
END_TEST

START_TEST(no_moving_averages) {
    try_random(4, 9, 0);
}
END_TEST

START_TEST(few_gradients) {
    try_random(4, 3, 10);
}
END_TEST

/* Batch norms by the whole batch's statistics leave the same averages everywhere. */
START_TEST(equal_moving_averages) {
    Replicas replicas = random_replicas(8, 6, 6);
    for (int rank = 1; rank < replicas.size; rank++)
        memcpy(replicas.moving[rank], replicas.moving[0], sizeof replicas.moving[0]);
    try_replicas(&replicas);
    for (int rank = 0; rank < replicas.size; rank++)
        expect_line("equal moving_averages", &replicas, rank, replicas.moving_count,
                    replicas.got_moving[rank], replicas.moving[0]);
}
END_TEST

enum { EXAMPLES = 12, WEIGHTS = 3 };

/* Of the loss: the mean over `EXAMPLES` of (w . x - target)^2 / 2. Examples from `first` to before
 * `end` alone. */
static void add_gradient(const double *weights, const double *examples, int first, int end,
                         double *gradient) {
    for (int n = first; n < end; n++) {
        const double *x = examples + n * (WEIGHTS + 1);
        double error = -x[WEIGHTS];
        for (int i = 0; i < WEIGHTS; i++)
            error += weights[i] * x[i];
        for (int i = 0; i < WEIGHTS; i++)
            gradient[i] += error * x[i] / EXAMPLES;
    }
}

START_TEST(as_one_process) {
    const double *weights = random_values(1, WEIGHTS);
    const double *examples = random_values(2, (size_t)EXAMPLES * (WEIGHTS + 1));
    double whole[WEIGHTS] = {0};
    Replicas replicas = {.size = 4, .gradient_count = WEIGHTS};
    add_gradient(weights, examples, 0, EXAMPLES, whole);
    for (int rank = 0; rank < replicas.size; rank++)
        add_gradient(weights, examples, rank * 3, rank * 3 + 3, replicas.gradients[rank]);
    synchronize(&replicas);
    for (int rank = 0; rank < replicas.size; rank++)
        expect_gradient("gradients", axes_line('i', WEIGHTS), replicas.got_gradients[rank], whole,
                        1e-6, (Factor[]){{4, "the number of processes"}, {0, NULL}});
}
END_TEST

void exercise_tests(void) {
    add_test(gradients_of_two, "the gradients of two processes, by hand");
    add_test(two, "two processes, by hand");
    add_test(alone, "one process alone keeps what it has");
    add_test(four, "four processes");
    add_test(eight, "eight processes");
    add_test(odd, "numbers of values that cannot be halved");
    add_test(no_moving_averages, "a network without batch norms");
    add_test(few_gradients, "more moving averages than gradients");
    add_test(equal_moving_averages, "moving averages that are the same everywhere stay");
    add_test(as_one_process, "four processes have the gradient of one with all twelve images");
}
