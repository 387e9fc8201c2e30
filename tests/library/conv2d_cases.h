/* What the tests of the convolution share: shapes, random arrays and a float64 reference. */
#ifndef TESTS_CONV2D_CASES_H
#define TESTS_CONV2D_CASES_H

#include <check.h>

#include "kernels/shapes.h"

/* SAME is TensorFlow's; SYMMETRIC pads half the kernel on each side; from BY_SIDE on, each side has
 * a number of its own, and negative ones crop. */
enum { VALID, SAME, SYMMETRIC, BY_SIDE };

typedef struct Case {
    int batch, height, width, channels, filters, kernel_size, strides, pads;
} Case;

/* The first GRIDS cases are every kernel size with every stride and every padding. */
enum { GRIDS = 36, CASES = 193 };
Case case_at(int index);

/* A case's geometry, channels_last, and random values for all that goes in. */
typedef struct Problem {
    Conv2DShape shape;
    size_t in_count, out_count, kernel_count;
    float *inputs, *kernel, *bias, *addend, *d_outputs;
    float *scale, *shift; /* of the prologue */
} Problem;

Problem problem_new(Case layer);

/* Sums, and the sums of their terms' absolute values. */
typedef struct Sums {
    double *value, *magnitude;
} Sums;

Sums sums_new(size_t count);

/* sums(i) += values(i % period); nothing if values is NULL. */
void sums_add_array(Sums sums, size_t count, const float *values, size_t period);

/* Fails the test unless the values are the sums, but for float's rounding of the terms. */
void compare_sums(const char *what, size_t count, Sums expected, const float *values);

/* Adds outputs (without bias), d_inputs or d_kernel to the sums. */
typedef enum Pass { FORWARD, BACKWARD_INPUTS, BACKWARD_KERNEL } Pass;
void conv2d_reference(const Problem *problem, Pass pass, bool prologue, Sums sums);

Sums conv2d_bias_reference(const Problem *problem);

#endif
