#include "training/muon.h"

#include "base/integers.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

static const double TINY = 1e-30; /* keeps a kernel of zeros zero */

static double length(size_t count, const float *values) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)values[i] * (double)values[i];
    return sqrt(sum);
}

void muon_step(int rows, int columns, SgdOptions options, const float *gradients, float *values,
               float *velocity) {
    size_t count = (size_t)rows * columns;
    float *step = memory_new(count, sizeof(float));
    for (size_t i = 0; i < count; i++) {
        velocity[i] = options.momentum * velocity[i] + gradients[i];
        step[i] = options.nesterov ? gradients[i] + options.momentum * velocity[i] : velocity[i];
    }
    orthogonalize(rows, columns, step);
    float size = (float)(sqrt(min_int(rows, columns)) / (length(count, values) + TINY));
    for (size_t i = 0; i < count; i++)
        values[i] = size * values[i] - options.learning_rate * step[i];
    free(step);
}
