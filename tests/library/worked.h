/* What the tests of the lessons' worked examples share. */
#ifndef TESTS_WORKED_H
#define TESTS_WORKED_H

#include <check.h>

#include "cleanup.h"
#include "models/resnet.h"
#include "pieces/loops.h"

TCase *worked_block_tests(void);
TCase *worked_machine_tests(void);

static const ResNetModel plain_model = {.data_format = CHANNELS_LAST};

/* Batch norm leaves values with mean 0 and variance 1 as they are. (0 would stand for the default.)
 */
static const ResNetModel model_without_epsilon = {.data_format = CHANNELS_LAST,
                                                  .batch_norm_epsilon = 1e-12f};

/* For loop tests: 0 on the vectorised kernels, 1 on the loops. */
enum { BOTH_KERNELS = 2 };

static const double ROUNDING = 1e-6;
static const double THREE_DIGITS = 6e-4; /* what the lessons round to */

/* Fails the test unless each value is within `tolerance` of the one expected. */
void expect_near(const float *got, size_t count, const double *expected, double tolerance);

/* A graph with one input, over a store of its own; it lives until the test ends. */
typedef struct Trial {
    Params *params;
    Graph *graph;
    Tensor *inputs;
} Trial;

Trial trial_new(Shape inputs, DataFormat format, bool loops);

/* A parameter's values, or zeros if values is NULL. After graph_compile(). */
void trial_set(const Trial *trial, const char *parameter, const float *values);

/* Runs the compiled graph, and returns the outputs' values. */
float *trial_run(const Trial *trial, const float *inputs, const Tensor *outputs);

bool has_shape(const Tensor *tensor, int a, int b, int c, int d);

#endif
