/* Tests of relu_forward_loops(). */
#include "harness.h"

#include "pieces/loops.h"

#include <math.h>

static void try_values(const double *inputs, size_t count) {
    double *expected = new_doubles(count);
    for (size_t i = 0; i < count; i++)
        expected[i] = (inputs[i] + fabs(inputs[i])) / 2;
    float *outputs = output_floats("outputs", count);
    relu_forward_loops(count, input_floats("inputs", inputs, count), outputs);
    expect_values("outputs", axes_line('i', count), outputs, expected, 0);
}

START_TEST(by_hand) {
    const double inputs[] = {3, -2, 0.5, 0, -0.25, 10};
    const double expected[] = {3, 0, 0.5, 0, 0, 10};
    float *outputs = output_floats("outputs", 6);
    relu_forward_loops(6, input_floats("inputs", inputs, 6), outputs);
    expect_values("outputs", axes_line('i', 6), outputs, expected, 0);
}
END_TEST

START_TEST(many) {
    try_values(random_values(41, 1000), 1000);
}
END_TEST

START_TEST(one) {
    try_values((double[]){2}, 1);
    try_values((double[]){-2}, 1);
}
END_TEST

START_TEST(none) {
    try_values((double[]){0}, 0);
}
END_TEST

START_TEST(large_and_small) {
    try_values((double[]){0x1p100, -0x1p100, 0x1p-100, -0x1p-100, 0x1p40, -0x1p40}, 6);
}
END_TEST

START_TEST(not_a_number) {
    /* Rubbish is NaN, too, so these begin with numbers. */
    float *outputs = in_out_floats("outputs", (double[]){7, 7, 7}, 3);
    const double inputs[] = {2, (double)NAN, (double)-INFINITY};
    relu_forward_loops(3, input_floats("inputs", inputs, 3), outputs);
    record_output("outputs", axes_line('i', 3), outputs);
    expect_number("outputs(0)", (double)outputs[0], 2, 0);
    expect_number("outputs(2)", (double)outputs[2], 0, 0);
    if (!isnan(outputs[1]))
        fail_test("outputs(1) is %g where the input is NaN; it must be NaN.", (double)outputs[1]);
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "six values, by hand");
    add_test(many, "a thousand values");
    add_test(one, "a single value");
    add_test(none, "no value at all");
    add_test(not_a_number, "NaN, which stays, and an infinite value");
    add_test(large_and_small, "very large and very small values");
}
