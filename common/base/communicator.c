#include "base/communicator.h"

void combine_sums(int count, double *values, const double *others) {
#pragma omp simd
    for (int i = 0; i < count; i++)
        values[i] += others[i];
}

void communicator_combine(const Communicator *communicator, int count, double *values,
                          double *received, Combine *combine) {
    for (int distance = 1; distance < communicator->size; distance *= 2) {
        size_t bytes = (size_t)count * sizeof *values;
        communicator->exchange(communicator, communicator->rank ^ distance, bytes, values, bytes,
                               received);
        combine(count, values, received);
    }
}

void communicator_barrier(const Communicator *communicator) {
    double nothing = 0, received;
    communicator_combine(communicator, 1, &nothing, &received, combine_sums);
}
