/* Guarded arrays and comparisons for the tests of the kernels. */
#include "compare.h"

#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arrays.h"
#include "base/memory.h"
#include "base/random.h"

/* Memory: GUARD floats, the array, GUARD floats; the count stands at the very beginning. */
enum { GUARD = 64, SEED = 2024 };
static const uint32_t POISON = 0x7FC0DEADU; /* a NaN */

static uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static bool is_poison(const float *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (bits_of(values[i]) != POISON)
            return false;
    return true;
}

static void end_array(void *thing) {
    const float *memory = thing;
    const size_t head = sizeof(size_t) / sizeof(float);
    size_t count;
    memcpy(&count, memory, sizeof count);
    if (!is_poison(memory + head, GUARD - head))
        ck_abort_msg("values before an array of %zu were written", count);
    if (!is_poison(memory + GUARD + count, GUARD))
        ck_abort_msg("values after an array of %zu were written", count);
    free(thing);
}

float *array_new(size_t count) {
    size_t all = count + 2 * (size_t)GUARD;
    float *memory = memory_new(all, sizeof *memory);
    for (size_t i = 0; i < all; i++)
        memcpy(memory + i, &POISON, sizeof POISON);
    memcpy(memory, &count, sizeof count);
    at_test_end(end_array, memory);
    return memory + GUARD;
}

float *array_random(size_t count, uint64_t stream) {
    float *array = array_new(count);
    Random random = random_stream(SEED, stream);
    for (size_t i = 0; i < count; i++)
        array[i] = random_normal(&random);
    return array;
}

float *array_copy(size_t count, const float *from) {
    float *array = array_new(count);
    memcpy(array, from, count * sizeof *array);
    return array;
}

float *array_transposed(int batch, int rows, int columns, const float *from) {
    Shape shape = {4, {batch, rows, 1, columns}};
    float *to = array_new((size_t)batch * rows * columns);
    transpose_to_first(shape, from, to);
    return to;
}

double *doubles_new(size_t count) {
    return memory_for_test(count, sizeof(double));
}

/* Check writes a note at every ck_assert: below there is one only where something is wrong. */

void compare_arrays(const char *what, size_t count, const double *expected, const double *magnitude,
                    const float *got, double tolerance) {
    for (size_t i = 0; i < count; i++) {
        double allowed = tolerance * (magnitude ? magnitude[i] : 1);
        double error = fabs(expected[i] - got[i]);
        if (!(error <= allowed)) /* a NaN is wrong */
            ck_abort_msg("%s: at %zu of %zu expected %.9g, got %.9g; off by %.3g, allowed %.3g",
                         what, i, count, expected[i], got[i], error, allowed);
    }
}

void compare_bits(const char *what, size_t count, const float *expected, const float *got) {
    for (size_t i = 0; i < count; i++)
        if (bits_of(expected[i]) != bits_of(got[i]))
            ck_abort_msg("%s: at %zu of %zu expected %.9g, got %.9g; every bit must be the same",
                         what, i, count, expected[i], got[i]);
}

void compare_bytes(const char *what, size_t count, const uint8_t *expected, const uint8_t *got) {
    for (size_t i = 0; i < count; i++)
        if (expected[i] != got[i])
            ck_abort_msg("%s: at %zu of %zu expected %d, got %d", what, i, count, expected[i],
                         got[i]);
}

void compare_gradient(const char *what, size_t count, float *values, const float *gradient,
                      Loss *loss, void *context, double step, double tolerance) {
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabsf(gradient[i]));
    for (size_t i = 0; i < count; i++) {
        float value = values[i];
        float above = value + (float)step, below = value - (float)step;
        values[i] = above;
        double loss_above = loss(context);
        values[i] = below;
        double loss_below = loss(context);
        values[i] = value;
        double expected = (loss_above - loss_below) / ((double)above - below);
        if (!(fabs(expected - gradient[i]) <= tolerance * largest))
            ck_abort_msg("%s: at %zu of %zu the difference quotient is %.6g, the gradient %.6g",
                         what, i, count, expected, gradient[i]);
    }
}

double upstream_loss(size_t count, const float *outputs, const float *upstream) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)outputs[i] * upstream[i];
    return sum;
}
