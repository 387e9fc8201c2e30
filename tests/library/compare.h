/* What the tests of the kernels share: arrays that show missing and stray writes, seeded random
 * values, comparisons that name the first difference, and finite differences. Each comparison ends
 * the running test when it fails. */
#ifndef TESTS_COMPARE_H
#define TESTS_COMPARE_H

#include <stddef.h>
#include <stdint.h>

#include "cleanup.h"

/* For test cases made by tcase_with_cleanup(): all arrays live until the test ends. */

/* An array full of NaN between two guard zones, aligned to 64 bytes. The test's end fails if a
 * guard zone was written to. */
float *array_new(size_t count);

/* The same, full of normal random numbers (mean 0, variance 1) that depend on stream alone. */
float *array_random(size_t count, uint64_t stream);

float *array_copy(size_t count, const float *from);

/* (N, rows, columns) as a new array (N, columns, rows). */
float *array_transposed(int batch, int rows, int columns, const float *from);

/* Zeroed doubles, for references. */
double *doubles_new(size_t count);

/* |expected - got| <= tolerance * magnitude at every index. A value's magnitude is the sum of the
 * absolute values of the terms that it is the sum of, so the tolerance is a multiple of float's
 * rounding (6e-8) that does not depend on cancellation; NULL stands for 1 everywhere. */
void compare_arrays(const char *what, size_t count, const double *expected, const double *magnitude,
                    const float *got, double tolerance);

void compare_bits(const char *what, size_t count, const float *expected, const float *got);
void compare_bytes(const char *what, size_t count, const uint8_t *expected, const uint8_t *got);

/* gradient(i) against the difference quotient of loss(context) when values[i] moves by -step and
 * +step. The tolerance is relative to the largest gradient. */
typedef double Loss(void *context);
void compare_gradient(const char *what, size_t count, float *values, const float *gradient,
                      Loss *loss, void *context, double step, double tolerance);

/* The loss of a random upstream gradient: sum of outputs * upstream. */
double upstream_loss(size_t count, const float *outputs, const float *upstream);

#endif
