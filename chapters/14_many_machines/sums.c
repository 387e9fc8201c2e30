#include "sums.h"

#include "base/memory.h"
#include "pieces/parallel.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const float *row_of(const Gradients *gradients, int group) {
    return gradients->values + (size_t)group * gradients->count;
}

/* A copy of some rows, with their sum in the first. */
static float *sum_of_rows(const Gradients *gradients, int first, int groups) {
    size_t floats = (size_t)groups * gradients->count;
    float *rows = memory_new(floats, sizeof(float));
    memcpy(rows, row_of(gradients, first), floats * sizeof(float));
    tree_sum(groups, gradients->count, rows);
    return rows;
}

float *sum_in_order(const Gradients *gradients) {
    float *sum = memory_new(gradients->count, sizeof(float));
    for (int group = 0; group < gradients->groups; group++)
        for (size_t i = 0; i < gradients->count; i++)
            sum[i] += row_of(gradients, group)[i];
    return sum;
}

float *sum_around_ring(const Gradients *gradients, int processes) {
    size_t count = gradients->count;
    int groups = gradients->groups / processes;
    float *sum = memory_new(count, sizeof(float));
    float **own = memory_new((size_t)processes, sizeof *own);
    for (int process = 0; process < processes; process++)
        own[process] = sum_of_rows(gradients, process * groups, groups);
    for (int piece = 0; piece < processes; piece++)
        for (int step = 0; step < processes; step++)
            for (size_t i = count * piece / processes; i < count * (piece + 1) / processes; i++)
                sum[i] += own[(piece + step) % processes][i];
    for (int process = 0; process < processes; process++)
        free(own[process]);
    free(own);
    return sum;
}

float *sum_along_tree(const Gradients *gradients, const Communicator *communicator) {
    size_t count = gradients->count;
    float *received = memory_new(count - count / 2, sizeof(float));
    BatchShare share = {0};
    share_batch(gradients->groups, gradients->groups, communicator->rank, communicator->size,
                &share);
    float *sum = sum_of_rows(gradients, share.first_group, share.groups);
    all_reduce(communicator, count, sum, received);
    free(received);
    return sum;
}

static uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

Difference difference_of(const float *sum, const float *other, size_t count) {
    Difference difference = {0};
    double largest_value = 0;
    for (size_t i = 0; i < count; i++) {
        difference.values += bits_of(sum[i]) != bits_of(other[i]);
        difference.largest = fmax(difference.largest, fabs((double)sum[i] - other[i]));
        largest_value = fmax(largest_value, fabs((double)sum[i]));
    }
    difference.largest /= largest_value;
    return difference;
}
