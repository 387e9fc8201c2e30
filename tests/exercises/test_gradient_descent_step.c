/* Tests of gradient_descent_step(). */
#include "harness.h"

#include "pieces/descent.h"

static void expect(size_t count, double learning_rate, const double *gradients,
                   const double *values, const double *expected) {
    float *got = in_out_floats("values", values, count);
    gradient_descent_step(count, (float)learning_rate, input_floats("gradients", gradients, count),
                          got);
    expect_values("values", axes_line('i', (int)count), got, expected, 1e-6);
}

START_TEST(from_zero) {
    expect(2, 0.1, (double[]){-24, -10}, (double[]){0, 0}, (double[]){2.4, 1});
}
END_TEST

START_TEST(second_step) {
    expect(2, 0.1, (double[]){4, 1.6}, (double[]){2.4, 1}, (double[]){2, 0.84});
}
END_TEST

START_TEST(other_rate) {
    expect(3, 0.5, (double[]){2, 0, -4}, (double[]){1, -1, 3}, (double[]){0, -1, 5});
}
END_TEST

START_TEST(many) {
    enum { COUNT = 1000 };
    const double *gradients = random_values(1, COUNT), *values = random_values(2, COUNT);
    double *expected = new_doubles(COUNT);
    for (int i = 0; i < COUNT; i++)
        expected[i] = values[i] - 0.25 * gradients[i];
    expect(COUNT, 0.25, gradients, values, expected);
}
END_TEST

START_TEST(none) {
    const double one[] = {1};
    float *values = in_out_floats("values", one, 1);
    gradient_descent_step(0, 0.1f, input_floats("gradients", one, 1), values);
    expect_values("values", axes_line('i', 1), values, one, 0);
}
END_TEST

void exercise_tests(void) {
    add_test(from_zero, "two values, by hand: the lesson's first step");
    add_test(second_step, "the lesson's second step");
    add_test(other_rate, "three values, learning rate 0.5");
    add_test(many, "a thousand values");
    add_test(none, "count 0: nothing moves");
}
