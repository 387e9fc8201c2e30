/* Tests of angle_between(). */
#include "harness.h"

#include "pieces/regression.h"
#include <math.h>
#include <stdio.h>

/* Directions given by their angles in degrees and their lengths. The expected angle is folded from
 * the difference of the two, which is not how the exercise does it. */
typedef struct Pair {
    double a, b, length_a, length_b;
} Pair;

static double ask(const double a[2], const double b[2]) {
    float got = (float)angle_between(input_floats("a", a, 2), input_floats("b", b, 2));
    record_output("angle", axes_line('i', 1), &got);
    return (double)got;
}

static double ask_pair(Pair pair) {
    double a = pair.a * M_PI / 180, b = pair.b * M_PI / 180;
    return ask((const double[]){pair.length_a * cos(a), pair.length_a * sin(a)},
               (const double[]){pair.length_b * cos(b), pair.length_b * sin(b)});
}

static void try_pair(Pair pair, double tolerance) {
    double difference = fmod(fabs(pair.a - pair.b), 360);
    double expected = difference > 180 ? 360 - difference : difference;
    char what[128];
    snprintf(what, sizeof what,
             "angle_between(%g degrees with length %g, %g degrees with length %g)", pair.a,
             pair.length_a, pair.b, pair.length_b);
    expect_number(what, ask_pair(pair), expected, tolerance);
}

START_TEST(right_angle) {
    expect_number("angle_between((1, 0), (0, 1))", ask((double[]){1, 0}, (double[]){0, 1}), 90,
                  1e-6);
}
END_TEST

START_TEST(other_order) {
    expect_number("angle_between((0, 1), (1, 0))", ask((double[]){0, 1}, (double[]){1, 0}), 90,
                  1e-6);
}
END_TEST

START_TEST(lengths) {
    expect_number("angle_between((2, 0), (3, 3))", ask((double[]){2, 0}, (double[]){3, 3}), 45,
                  1e-6);
    try_pair((Pair){20, 50, 0.01, 0.02}, 1e-4);
}
END_TEST

START_TEST(obtuse) {
    try_pair((Pair){30, 170, 1, 1}, 1e-5);
    try_pair((Pair){-100, 20, 1, 1}, 1e-5);
}
END_TEST

START_TEST(across_zero) {
    try_pair((Pair){350, 10, 1, 1}, 1e-5);
    try_pair((Pair){190, 170, 1, 1}, 1e-5);
}
END_TEST

START_TEST(opposite) {
    expect_number("angle_between((1, 0), (-2, 0))", ask((double[]){1, 0}, (double[]){-2, 0}), 180,
                  1e-6);
}
END_TEST

/* Equal vectors, some of which make dot / (|a| |b|) a little greater than 1. */
START_TEST(same) {
    for (int i = 1; i <= 20; i++) {
        const double a[] = {0.1f * (float)i, 0.7f};
        double got = ask(a, a);
        if (!(fabs(got) < 1e-4))
            fail_test("angle_between((%g, %g), (%g, %g)) is %g; both point the same way, so it "
                      "must be 0.",
                      a[0], a[1], a[0], a[1], got);
    }
}
END_TEST

START_TEST(tiny) {
    try_pair((Pair){40, 40.01, 1, 1}, 2e-3);
}
END_TEST

START_TEST(any_length) {
    try_pair((Pair){20, 80, 1e25, 1e25}, 1e-4);
    try_pair((Pair){100, -20, 1e-25, 1e-25}, 1e-4);
    try_pair((Pair){-5, -35, 1e30, 1e-30}, 1e-4);
}
END_TEST

START_TEST(many) {
    const double *random = random_values(7, 160);
    for (int i = 0; i + 4 <= 160; i += 4)
        try_pair((Pair){100 * random[i], 100 * random[i + 1], 0.1 + fabs(random[i + 2]),
                        0.1 + fabs(random[i + 3])},
                 1e-4);
}
END_TEST

void exercise_tests(void) {
    add_test(right_angle, "a right angle");
    add_test(other_order, "the other way round it is the same");
    add_test(lengths, "lengths do not matter");
    add_test(obtuse, "more than a right angle");
    add_test(across_zero, "350 and 10 degrees");
    add_test(opposite, "opposite directions");
    add_test(same, "the same direction");
    add_test(tiny, "a hundredth of a degree");
    add_test(any_length, "lengths of 10^25 and 10^-25: their products fit a double, no float");
    add_test(many, "forty pairs of directions");
}
