/* Tests of dropout_forward_loops(). */
#include "harness.h"

#include "pieces/loops.h"

#include <math.h>

/* Numbers in [0, 1) in steps of 1/1024, from the normal ones of random_values(). */
static double *uniform_values(uint64_t seed, size_t count) {
    double *values = random_values(seed, count);
    for (size_t i = 0; i < count; i++)
        values[i] = floor(1024 * fmod(fabs(values[i]) * 7, 1)) / 1024;
    return values;
}

static void try_values(double rate, const double *uniforms, const double *inputs,
                       const double *expected, size_t count) {
    float *outputs = output_floats("outputs", count);
    dropout_forward_loops(count, (float)rate, input_floats("uniforms", uniforms, count),
                          input_floats("inputs", inputs, count), outputs);
    expect_values("outputs", axes_line('i', count), outputs, expected, 1e-6);
}

START_TEST(by_hand) {
    const double uniforms[] = {0.7, 0.1, 0.4, 0.9, 0.2}, inputs[] = {1, 2, 3, -4, 5};
    const double expected[] = {2, 0, 0, -8, 0};
    try_values(0.5, uniforms, inputs, expected, 5);
}
END_TEST

START_TEST(rare) {
    const double uniforms[] = {0.1, 0.3, 0.8, 0.95, 0.2}, inputs[] = {1, -2, 3, 4, 5};
    const double expected[] = {0, -2.6666667, 4, 5.3333333, 0};
    try_values(0.25, uniforms, inputs, expected, 5);
}
END_TEST

START_TEST(at_the_rate) {
    const double uniforms[] = {0.25, 0.75, 0.5}, inputs[] = {3, 3, 3};
    try_values(0.25, uniforms, inputs, (double[]){4, 4, 4}, 3);
}
END_TEST

START_TEST(no_dropout) {
    const double uniforms[] = {0, 0.5, 0.999}, inputs[] = {1, -2, 3};
    try_values(0, uniforms, inputs, inputs, 3);
}
END_TEST

/* From the other side: a factor for each value, and a multiplication. */
START_TEST(many) {
    enum { COUNT = 1000 };
    const double rate = 0.3F;
    const double *uniforms = uniform_values(61, COUNT), *inputs = random_values(62, COUNT);
    double *expected = new_doubles(COUNT);
    for (int i = 0; i < COUNT; i++) {
        double kept = ceil(fmax(uniforms[i] - rate, 0)); /* 0 or 1; no uniform is 0.3F itself */
        expected[i] = inputs[i] * kept * (1 / (1 - rate));
    }
    try_values(rate, uniforms, inputs, expected, COUNT);
}
END_TEST

START_TEST(often) {
    const double uniforms[] = {0.7, 0.9, 0.75, 0.1}, inputs[] = {1, -2, 3, 4};
    try_values(0.75, uniforms, inputs, (double[]){0, -8, 12, 0}, 4);
}
END_TEST

START_TEST(none) {
    try_values(0.5, (double[]){0}, (double[]){0}, (double[]){0}, 0);
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "five values at rate 1/2, by hand");
    add_test(rare, "rate 1/4: fewer are lost, the others grow less");
    add_test(at_the_rate, "a uniform equal to the rate, and one equal to 1 - rate");
    add_test(no_dropout, "rate 0 loses nothing");
    add_test(many, "a thousand values");
    add_test(often, "rate 3/4");
    add_test(none, "no value at all");
}
