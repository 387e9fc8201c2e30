/* What the tests of an exercise are written with.
 *
 * Each tests/exercises/test_<function>.c is linked with the harness, the student's object, the
 * solutions of all other functions and the library into one program. It defines
 * exercise_tests(), which adds its tests in the order in which a student should see them.
 *
 * Every test runs in a process of its own, twice: the second run must give the first one's outputs,
 * which catches functions that leave something behind in static or global variables. Faults end
 * that process alone and are told in the course's words (harness_faults.c). Whatever an expect_
 * function compares is also recorded, so that the grader can recognise wrong answers. */
#ifndef EXERCISES_HARNESS_H
#define EXERCISES_HARNESS_H

#include "axes.h"

#include "graph/graph.h"
#include "models/resnet.h"
#include <check.h>
#include <stdint.h>

/* To be defined by each test file: calls add_test() for each of its tests. */
void exercise_tests(void);

/* A test made with START_TEST; title says in a few words what it tries: "2 x 2 image, by hand". */
void add_test(const TTest *test, const char *title);

/* A test without START_TEST: a row of a table, which `run` tries. */
void add_case(const char *name, const char *title, void (*run)(const void *row), const void *row);

/* Ends the running test as failed. The message is for the student: one or two sentences. */
_Noreturn void fail_test(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- Arguments for the function under test --------------------------------------------------
 * Arrays stand flush against an inaccessible page, with canaries before them. They live until the
 * test's process ends. The name is the parameter's, for messages. */

/* Read-only copies. Doubles are rounded to float. */
const float *input_floats(const char *name, const double *values, size_t count);
const int *input_ints(const char *name, const int *values, size_t count);

/* To be written whole: filled with a NaN that the expect_ functions know as never written. */
float *output_floats(const char *name, size_t count);

/* With values that the function reads and changes. */
float *in_out_floats(const char *name, const double *values, size_t count);

/* `count` normal random numbers that are exact in float; the same for the same seed. */
double *random_values(uint64_t seed, size_t count);

/* Zeroed doubles for a reference's results; freed by the end of the process. */
double *new_doubles(size_t count);

/* --- Comparisons ----------------------------------------------------------------------------
 * Each records what it got under `name`, then requires |got - expected| <= tolerance * (|expected|
 * + the root mean square of all expected) of every value. 1e-5 suits a few hundred additions. */

/* The first differing index, expected and got, and how many differ. */
void expect_values(const char *name, Axes axes, const float *got, const double *expected,
                   double tolerance);

/* A number that a gradient may be wrong by a factor of: {4, "the number of images N"}. */
typedef struct Factor {
    double value;
    const char *meaning;
} Factor;

/* Where the largest difference is, and what the ratio of got to expected suggests (sign, twice, a
 * factor of the list or its inverse, zero, a missing term). factors ends with {0, NULL}; may be
 * NULL. */
void expect_gradient(const char *name, Axes axes, const float *got, const double *expected,
                     double tolerance, const Factor *factors);

/* A whole number or a number; what: "conv2d_output_size(5, 3, 2, 0)". */
void expect_integer(const char *what, int got, int expected);
void expect_number(const char *what, double got, double expected, double tolerance);

/* Records values that a test compares in its own way, so that wrong answers can be told apart. */
void record_output(const char *name, Axes axes, const float *values);
void record_text(const char *name, const char *text);

/* --- Functions that record a graph ---------------------------------------------------------- */

/* A small ResNet-18 with every field set; change what a test needs. */
ResNetModel model_for_tests(DataFormat format);

/* A new graph with one input named "inputs" of that size, in the data format. */
Tensor *new_inputs(DataFormat format, int batch, int height, int width, int channels);

/* Requires of what `function` returned that it is a tensor of the inputs' graph and of this shape
 * (by the data format: shape_image()); records the shape. */
void expect_tensor(const char *function, const Tensor *inputs, const Tensor *returned, Shape shape);

/* Gives every parameter of the inputs' graph fixed random values that depend on its name and shape
 * alone: kernels and biases of a sensible size, gamma and moving variances positive. */
void randomise_parameters(const Tensor *inputs, uint64_t seed);

/* The parameter's values as doubles; fails the test if there is none of this name. */
const double *parameter_doubles(const Tensor *inputs, const char *name);

/* Compiles the inputs' graph for `outputs`, then randomises the parameters (see above), writes
 * values and runs forward. Returns the outputs' values. */
const float *run_forward(Tensor *inputs, Tensor *outputs, const double *values, uint64_t seed);

/* The same, then backward from `upstream`; *d_inputs receives the inputs' gradient. */
const float *run_backward(Tensor *inputs, Tensor *outputs, const double *values, uint64_t seed,
                          const double *upstream, const float **d_inputs);

/* What was recorded from the inputs to the tensor, in order: "pad, conv2d". Records it too. */
const char *recorded_operations(const Tensor *inputs);

#endif
