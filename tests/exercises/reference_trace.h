/* What a reference has computed under the names of recorded operations, to say which of the
 * operations that a student's function recorded is the first with wrong values. */
#ifndef EXERCISES_REFERENCE_TRACE_H
#define EXERCISES_REFERENCE_TRACE_H

#include "harness.h"

/* Forgets what was traced, and lets failing comparisons of this test be explained by what will be,
 * or by what the function returns. inputs: a tensor of the graph under test. */
void trace_start(const Tensor *inputs);

/* The operation `name` should read `reads` ("the ReLU of conv2d") and make these values, (N, H, W,
 * C). */
void trace_operation(const char *name, const char *reads, ImageSize size, const double *values);

/* Ends the test: the operation `name`, which should read `reads`, was not recorded under it. */
_Noreturn void trace_missing(const char *name, const char *reads);

#endif
