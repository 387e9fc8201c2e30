/* Tests of relu_backward_loops(). */
#include "harness.h"

#include "pieces/loops.h"

#include <math.h>

static float *run(const double *inputs, const double *d_outputs, size_t count) {
    float *d_inputs = output_floats("d_inputs", count);
    relu_backward_loops(count, input_floats("inputs", inputs, count),
                        input_floats("d_outputs", d_outputs, count), d_inputs);
    return d_inputs;
}

START_TEST(by_hand) {
    const double inputs[] = {3, -2, 0.5, -0.25, 10};
    const double d_outputs[] = {5, 7, -4, -6, 2};
    const double expected[] = {5, 0, -4, 0, 2};
    expect_values("d_inputs", axes_line('i', 5), run(inputs, d_outputs, 5), expected, 0);
}
END_TEST

/* max(0, x) in float64, a little to either side; no value is as near to 0 as that. */
START_TEST(finite_differences) {
    enum { COUNT = 500 };
    const double step = 1e-6;
    double *inputs = random_values(42, COUNT), *d_outputs = random_values(43, COUNT);
    double *expected = new_doubles(COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        if (fabs(inputs[i]) < 1e-3)
            inputs[i] = 1;
        double slope = (fmax(0, inputs[i] + step) - fmax(0, inputs[i] - step)) / (2 * step);
        expected[i] = slope * d_outputs[i];
    }
    expect_gradient("d_inputs", axes_line('i', COUNT), run(inputs, d_outputs, COUNT), expected,
                    1e-6, NULL);
}
END_TEST

START_TEST(at_zero) {
    const double inputs[] = {0, -0.0, 1, 0, 0}, d_outputs[] = {3, 4, 5, -6, 7};
    const double expected[] = {0, 0, 5, 0, 0};
    expect_values("d_inputs", axes_line('i', 5), run(inputs, d_outputs, 5), expected, 0);
}
END_TEST

START_TEST(none) {
    const double nothing[] = {0};
    expect_values("d_inputs", axes_line('i', 0), run(nothing, nothing, 0), nothing, 0);
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "five values, by hand");
    add_test(finite_differences, "500 values, against finite differences");
    add_test(at_zero, "inputs of exactly 0: no gradient");
    add_test(none, "no value at all");
}
