/* Tests of check_gradient(). The functions' right gradients are known, and wrong ones are made of
 * them. */
#include "harness.h"

#include "pieces/gradient_check.h"

#include <math.h>
#include <string.h>

enum { COUNT = 6 };
static const float epsilon = 0x1p-7f;

/* What backward() of the test does wrong, and what it saw. */
typedef struct Fault {
    double scale;     /* of the function */
    double factor;    /* of the gradient */
    bool first_zero;  /* gradient(0) is 0 */
    float bad;        /* takes the place of gradient(COUNT - 1), unless it is 0 */
    bool forward_nan; /* outputs(COUNT - 1) is */
    float *seen;      /* the last d_outputs */
} Fault;

/* scale * x * x * x. */
static void cubes(const void *context, const float *inputs, float *outputs) {
    const Fault *fault = context;
    for (int i = 0; i < COUNT; i++)
        outputs[i] = (float)fault->scale * inputs[i] * inputs[i] * inputs[i];
    if (fault->forward_nan)
        outputs[COUNT - 1] = NAN;
}

static void cubes_backward(const void *context, const float *inputs, const float *d_outputs,
                           float *d_inputs) {
    const Fault *fault = context;
    memcpy(fault->seen, d_outputs, COUNT * sizeof *d_outputs);
    for (int i = 0; i < COUNT; i++) {
        double slope = 3 * fault->scale * (double)inputs[i] * (double)inputs[i];
        d_inputs[i] = (float)(fault->factor * slope * (double)d_outputs[i]);
    }
    if (fault->first_zero)
        d_inputs[0] = 0;
    if (fault->bad != 0)
        d_inputs[COUNT - 1] = fault->bad;
}

/* x - the mean of all x: with d_outputs of all ones the gradient is 0. */
static void centred(const void *context, const float *inputs, float *outputs) {
    (void)context;
    float mean = 0;
    for (int i = 0; i < COUNT; i++)
        mean += inputs[i] / COUNT;
    for (int i = 0; i < COUNT; i++)
        outputs[i] = inputs[i] - mean;
}

static void nothing_backward(const void *context, const float *inputs, const float *d_outputs,
                             float *d_inputs) {
    (void)context, (void)inputs, (void)d_outputs;
    memset(d_inputs, 0, COUNT * sizeof *d_inputs);
}

static void zeros(const void *context, const float *inputs, float *outputs) {
    (void)context, (void)inputs;
    memset(outputs, 0, COUNT * sizeof *outputs);
}

static const double points[COUNT] = {0.5, -1, 2, 1.5, -0.25, 0.75};
static float seen[COUNT];

static double error_with(Fault fault, uint64_t seed) {
    fault.seen = seen;
    Differentiable function = {COUNT, COUNT, cubes, cubes_backward, &fault};
    double error = check_gradient(&function, input_floats("inputs", points, COUNT), epsilon, seed);
    float recorded = (float)error;
    record_output("error", axes_line('i', 1), &recorded);
    return error;
}

static void expect_small(const char *what, double error) {
    if (!(error < 1e-3))
        fail_test("check_gradient() gave %g for a right gradient (%s); it must be below 0.001.",
                  error, what);
}

static void expect_error(const char *what, double error, double expected) {
    if (!(fabs(error - expected) < 1e-3 * expected))
        fail_test("check_gradient() gave %g for %s; it must be about %g.", error, what, expected);
}

START_TEST(right) {
    expect_small("of x * x * x", error_with((Fault){.scale = 1, .factor = 1}, 1));
}
END_TEST

START_TEST(sign) {
    expect_error("a gradient of the wrong sign", error_with((Fault){.scale = 1, .factor = -1}, 1),
                 2);
}
END_TEST

START_TEST(twice) {
    expect_error("a gradient twice too large", error_with((Fault){.scale = 1, .factor = 2}, 1),
                 0.5);
    expect_error("a gradient of half the size", error_with((Fault){.scale = 1, .factor = 0.5}, 1),
                 0.5);
}
END_TEST

START_TEST(large_gradients) {
    expect_small("of 10000 * x * x * x", error_with((Fault){.scale = 10000, .factor = 1}, 1));
}
END_TEST

START_TEST(small_gradients) {
    expect_error("a gradient twice too large, of 0.00001 * x * x * x",
                 error_with((Fault){.scale = 1e-5, .factor = 2}, 1), 0.5);
}
END_TEST

/* gradient(0) = 3 * 0.25 * d_outputs(0), against the largest of all. */
START_TEST(one_value) {
    double error = error_with((Fault){.scale = 1, .factor = 1, .first_zero = true}, 1);
    double largest = 0;
    for (int i = 0; i < COUNT; i++)
        largest = fmax(largest, fabs(3 * points[i] * points[i] * (double)seen[i]));
    double expected = 0.75 * fabs((double)seen[0]) / largest;
    if (!(fabs(error - expected) < 1e-3))
        fail_test("check_gradient() gave %g for a gradient of which one value of %d is 0; by the "
                  "d_outputs that were used it must be about %g.",
                  error, COUNT, expected);
}
END_TEST

START_TEST(nothing) {
    Fault fault = {.seen = seen};
    Differentiable function = {COUNT, COUNT, centred, nothing_backward, &fault};
    double error = check_gradient(&function, input_floats("inputs", points, COUNT), epsilon, 2);
    float recorded = (float)error;
    record_output("error", axes_line('i', 1), &recorded);
    if (!(fabs(error - 1) < 1e-3))
        fail_test("check_gradient() gave %g for a gradient of all zeros, of outputs = inputs - "
                  "mean; it must be 1. (With d_outputs of all ones it would look right.)",
                  error);
}
END_TEST

START_TEST(both_zero) {
    Differentiable function = {COUNT, COUNT, zeros, nothing_backward, NULL};
    double error = check_gradient(&function, input_floats("inputs", points, COUNT), epsilon, 2);
    expect_number("check_gradient() where both gradients are 0", error, 0, 0);
}
END_TEST

static void expect_infinite(const char *what, Fault fault) {
    double error = error_with(fault, 1);
    if (!(isinf(error) && error > 0))
        fail_test("check_gradient() gave %g for %s; it must be INFINITY.", error, what);
}

START_TEST(not_finite) {
    expect_infinite("a gradient with a nan", (Fault){.scale = 1, .factor = 1, .bad = NAN});
    expect_infinite("a gradient with an infinite value",
                    (Fault){.scale = 1, .factor = 1, .bad = INFINITY});
    expect_infinite("outputs with a nan", (Fault){.scale = 1, .factor = 1, .forward_nan = true});
}
END_TEST

/* By differences the slope of x * x * x is 3 * x * x + h * h. */
START_TEST(other_epsilon) {
    const float wide = 0.5f;
    Fault fault = {.scale = 1, .factor = 1, .seen = seen};
    Differentiable function = {COUNT, COUNT, cubes, cubes_backward, &fault};
    double error = check_gradient(&function, input_floats("inputs", points, COUNT), wide, 1);
    float recorded = (float)error;
    record_output("error", axes_line('i', 1), &recorded);
    double difference = 0, largest = 0;
    for (int i = 0; i < COUNT; i++) {
        double h = (double)wide * fmax(1, fabs(points[i])), d = fabs((double)seen[i]);
        difference = fmax(difference, h * h * d);
        largest = fmax(largest, (3 * points[i] * points[i] + h * h) * d);
    }
    expect_error("a right gradient with epsilon 0.5", error, difference / largest);
}
END_TEST

typedef struct Sizes {
    int inputs, outputs;
    bool last_zero; /* the last gradient is 0 */
} Sizes;

static int weight(int i, int j) {
    return (i + j) % 3 + 1;
}

static void weighted(const void *context, const float *inputs, float *outputs) {
    const Sizes *sizes = context;
    for (int j = 0; j < sizes->outputs; j++) {
        outputs[j] = 0;
        for (int i = 0; i < sizes->inputs; i++)
            outputs[j] += (float)weight(i, j) * inputs[i];
    }
}

static void weighted_backward(const void *context, const float *inputs, const float *d_outputs,
                              float *d_inputs) {
    const Sizes *sizes = context;
    (void)inputs;
    for (int i = 0; i < sizes->inputs; i++) {
        double sum = 0;
        for (int j = 0; j < sizes->outputs; j++)
            sum += weight(i, j) * (double)d_outputs[j];
        d_inputs[i] = sizes->last_zero && i == sizes->inputs - 1 ? 0 : (float)sum;
    }
}

static void try_sizes(int inputs, int outputs, bool last_zero) {
    Sizes sizes = {inputs, outputs, last_zero};
    size_t count = (size_t)inputs;
    Differentiable function = {count, (size_t)outputs, weighted, weighted_backward, &sizes};
    const float *at = input_floats("inputs", random_values(9, count), count);
    double error = check_gradient(&function, at, epsilon, 3);
    float recorded = (float)error;
    record_output("error", axes_line('i', 1), &recorded);
    if (last_zero ? !(error > 1e-2) : !(error < 1e-3))
        fail_test("check_gradient() gave %g for a %s gradient of %d inputs and %d outputs.", error,
                  last_zero ? "wrong" : "right", inputs, outputs);
}

START_TEST(other_sizes) {
    for (int fault = 0; fault < 2; fault++) {
        try_sizes(40, 2, fault);
        try_sizes(2, 40, fault);
    }
}
END_TEST

START_TEST(random_upstream) {
    float first[COUNT], again[COUNT], other[COUNT];
    float *into[] = {first, again, other};
    for (int run = 0; run < 3; run++) {
        error_with((Fault){.scale = 1, .factor = 1}, run < 2 ? 5 : 6);
        memcpy(into[run], seen, sizeof seen);
        record_output("d_outputs", axes_line('i', COUNT), seen);
    }
    int equal = 0, positive = 0, other_again = 0, same_of_other = 0;
    for (int i = 0; i < COUNT; i++) {
        equal += i > 0 && first[i] == first[0];
        positive += first[i] > 0;
        other_again += first[i] != again[i];
        same_of_other += first[i] == other[i];
    }
    if (equal > 0 || positive == 0 || positive == COUNT)
        fail_test("d_outputs are not random normal numbers: the first are %g, %g, %g.",
                  (double)first[0], (double)first[1], (double)first[2]);
    if (other_again > 0)
        fail_test("The same seed gives other d_outputs the second time.");
    if (same_of_other == COUNT)
        fail_test("Another seed gives the same d_outputs.");
}
END_TEST

void exercise_tests(void) {
    add_test(right, "a right gradient");
    add_test(sign, "a wrong sign");
    add_test(twice, "twice and half the gradient");
    add_test(large_gradients, "a right gradient of large values");
    add_test(small_gradients, "a wrong gradient of small values");
    add_test(one_value, "one value wrong");
    add_test(nothing, "a gradient that looks right with ones");
    add_test(both_zero, "a function that depends on nothing");
    add_test(not_finite, "gradients and outputs that are not finite");
    add_test(other_epsilon, "another epsilon");
    add_test(other_sizes, "many inputs and few outputs, and few and many");
    add_test(random_upstream, "d_outputs are random, by the seed");
}
