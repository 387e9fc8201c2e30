/* Tests of relative_branch_norm(). */
#include "harness.h"

#include "models/plain.h"

#include <math.h>

static double call(const double *branch, const double *shortcut, size_t count) {
    return relative_branch_norm(count, input_floats("branch", branch, count),
                                input_floats("shortcut", shortcut, count));
}

/* By adding one leg after the other to a right-angled triangle: no sum of squares. */
static double norm_of(const double *values, size_t count) {
    double norm = 0;
    for (size_t i = 0; i < count; i++)
        norm = hypot(norm, values[i]);
    return norm;
}

START_TEST(by_hand) {
    const double branch[] = {1, -2, 2}, shortcut[] = {4, 0, -3};
    expect_number("relative_branch_norm of (1, -2, 2) and (4, 0, -3)", call(branch, shortcut, 3),
                  0.6, 1e-6);
}
END_TEST

START_TEST(one) {
    expect_number("relative_branch_norm of -3 and 2", call((double[]){-3}, (double[]){2}, 1), 1.5,
                  1e-6);
}
END_TEST

START_TEST(many) {
    enum { COUNT = 1000 };
    double *branch = random_values(31, COUNT), *shortcut = random_values(32, COUNT);
    expect_number("relative_branch_norm of 1000 random values", call(branch, shortcut, COUNT),
                  norm_of(branch, COUNT) / norm_of(shortcut, COUNT), 1e-6);
}
END_TEST

START_TEST(zero_branch) {
    expect_number("relative_branch_norm of (0, 0) and (1, -1)",
                  call((double[]){0, 0}, (double[]){1, -1}, 2), 0, 0);
}
END_TEST

/* 4096^2 = 2^24: from there on a float plus 1 stays what it is. */
START_TEST(large_and_many_small) {
    enum { COUNT = 1 << 16 };
    double *branch = new_doubles(COUNT), *shortcut = new_doubles(COUNT);
    for (size_t i = 0; i < COUNT; i++)
        branch[i] = shortcut[i] = 1;
    branch[0] = 4096;
    double expected = sqrt(4096.0 * 4096 + COUNT - 1) / sqrt(COUNT);
    expect_number("relative_branch_norm of (4096, 1, 1, ...) and (1, 1, 1, ...)",
                  call(branch, shortcut, COUNT), expected, 1e-6);
}
END_TEST

START_TEST(squares_too_large) {
    const double branch[] = {0x1p80, -0x1p80}, shortcut[] = {0x1p81, 0x1p81};
    expect_number("relative_branch_norm of values of 2 to the 80", call(branch, shortcut, 2), 0.5,
                  1e-6);
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "three values, by hand");
    add_test(one, "a single value");
    add_test(many, "a thousand values");
    add_test(zero_branch, "a branch of zeros");
    add_test(large_and_many_small, "a large value among many small ones");
    add_test(squares_too_large, "values whose squares no float can hold");
}
