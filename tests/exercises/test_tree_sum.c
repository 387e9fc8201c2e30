/* Tests of tree_sum(). */
#include "harness.h"

#include "pieces/parallel.h"

/* Sums the rows and compares the first with what was expected, to the bit. */
static void try_sum(int groups, size_t count, const double *values, const double *expected) {
    float *rows = in_out_floats("values", values, groups * count);
    tree_sum(groups, count, rows);
    expect_values("values, row 0", axes_line('i', count), rows, expected, 0);
}

START_TEST(two) {
    try_sum(2, 3, (double[]){1, 2, 3, 10, 20, 30}, (double[]){11, 22, 33});
}
END_TEST

START_TEST(four) {
    try_sum(4, 2, (double[]){1, 2, 10, 20, 100, 200, 1000, 2000}, (double[]){1111, 2222});
}
END_TEST

START_TEST(one) {
    try_sum(1, 2, (double[]){3, 4}, (double[]){3, 4});
}
END_TEST

/* 2^24 + 1 is 2^24 in float: in order the first sum would be 2^24, by pairs it is 2^24 + 2. If rows
 * 0 and 2 met first, the second one would be 2. */
START_TEST(order_of_four) {
    try_sum(4, 1, (double[]){16777216, 1, 1, 1}, (double[]){16777218});
    try_sum(4, 1, (double[]){16777216, 1, -16777216, 1}, (double[]){1});
}
END_TEST

/* Neighbours first: rows 0 and 4 first would give 2^24 + 6, or swallow other ones. */
START_TEST(order_of_eight) {
    try_sum(8, 1, (double[]){16777216, 1, 1, 1, 1, 1, 1, 1}, (double[]){16777222});
    try_sum(8, 1, (double[]){1, 16777216, 1, 0, 1, 1, 0, 1}, (double[]){16777220});
}
END_TEST

START_TEST(sixteen) {
    double *values = random_values(1, 16 * 5), *expected = new_doubles(5);
    for (int g = 0; g < 16; g++)
        for (int i = 0; i < 5; i++) {
            values[g * 5 + i] = (double)(int)(values[g * 5 + i] * 100); /* exact in any order */
            expected[i] += values[g * 5 + i];
        }
    try_sum(16, 5, values, expected);
}
END_TEST

void exercise_tests(void) {
    add_test(two, "two groups of three values, by hand");
    add_test(four, "four groups, by hand");
    add_test(one, "one group stays as it is");
    add_test(order_of_four, "the order: (0 + 1) + (2 + 3)");
    add_test(order_of_eight, "the order of eight groups");
    add_test(sixteen, "sixteen groups");
}
