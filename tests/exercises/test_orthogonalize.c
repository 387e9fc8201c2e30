/* Tests of orthogonalize(). */
#include "harness.h"

#include "pieces/training.h"

#include <math.h>

enum { ITERATIONS = 5 };

/* Small singular values grow 480 times, and rounding too; most where A has eigenvalues of 0. */
static const double TOLERANCE = 1e-4, WIDE_TOLERANCE = 2e-3;

/* What becomes of a singular value. */
static double iterated(double s) {
    for (int i = 0; i < ITERATIONS; i++)
        s = 3.4445 * s - 4.7750 * pow(s, 3) + 2.0315 * pow(s, 5);
    return s;
}

static void try_matrix(int rows, int columns, const double *matrix, const double *expected) {
    size_t count = (size_t)rows * (size_t)columns;
    float *got = in_out_floats("matrix", matrix, count);
    orthogonalize(rows, columns, got);
    expect_values("matrix", axes("ij", (int[]){rows, columns}), got, expected,
                  rows < columns ? WIDE_TOLERANCE : TOLERANCE);
}

START_TEST(one_value) {
    const double matrix[] = {-7}, expected[] = {-iterated(1)};
    try_matrix(1, 1, matrix, expected);
}
END_TEST

START_TEST(by_hand) {
    const double matrix[] = {4, 0, 0, 0.2}, size = sqrt(16.04);
    const double expected[] = {iterated(4 / size), 0, 0, iterated(0.2 / size)};
    try_matrix(2, 2, matrix, expected);
}
END_TEST

/* Whose squares are too small for a float. */
START_TEST(tiny_values) {
    const double matrix[] = {4e-25, 0, 0, 0.2e-25}, size = sqrt(16.04);
    const double expected[] = {iterated(4 / size), 0, 0, iterated(0.2 / size)};
    try_matrix(2, 2, matrix, expected);
}
END_TEST

/* One direction: the column becomes another multiple of itself. */
START_TEST(one_column) {
    enum { ROWS = 5 };
    const double matrix[ROWS] = {1, -2, 2, 4, 0};
    double expected[ROWS];
    for (int i = 0; i < ROWS; i++)
        expected[i] = iterated(1) * matrix[i] / 5;
    try_matrix(ROWS, 1, matrix, expected);
}
END_TEST

/* The columns of a cosine transform, each half as long as the one before: at right angles to each
 * other, so the lengths are the singular values. */
START_TEST(orthogonal_columns) {
    enum { ROWS = 8, COLUMNS = 6 };
    double matrix[ROWS * COLUMNS], expected[ROWS * COLUMNS], squares = 0;
    for (int j = 0; j < COLUMNS; j++)
        squares += ldexp(1, -2 * j);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) {
            double unit = sqrt((j == 0 ? 1.0 : 2.0) / ROWS) * cos(M_PI * (i + 0.5) * j / ROWS);
            matrix[i * COLUMNS + j] = ldexp(unit, -j);
            expected[i * COLUMNS + j] = iterated(ldexp(1, -j) / sqrt(squares)) * unit;
        }
    try_matrix(ROWS, COLUMNS, matrix, expected);
}
END_TEST

/* sum (rows, columns) += scale * x x' y; x' y is summed first. */
static void add_product(int rows, int columns, double scale, const double *x, const double *y,
                        double *sum) {
    for (int i = 0; i < columns; i++)
        for (int j = 0; j < columns; j++) {
            double dot = 0;
            for (int r = 0; r < rows; r++)
                dot += x[r * columns + i] * y[r * columns + j];
            for (int r = 0; r < rows; r++)
                sum[r * columns + j] += scale * x[r * columns + i] * dot;
        }
}

/* The equation as it stands, in double, with X itself in each iteration. */
static void try_random(int rows, int columns) {
    size_t count = (size_t)rows * (size_t)columns;
    const double *matrix = random_values((uint64_t)rows, count);
    double *x = new_doubles(count), size = 0;
    for (size_t i = 0; i < count; i++)
        size += matrix[i] * matrix[i];
    for (size_t i = 0; i < count; i++)
        x[i] = matrix[i] / sqrt(size);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
        double *cubic = new_doubles(count), *next = new_doubles(count);
        add_product(rows, columns, 1, x, x, cubic);
        for (size_t i = 0; i < count; i++)
            next[i] = 3.4445 * x[i] - 4.7750 * cubic[i];
        add_product(rows, columns, 2.0315, x, cubic, next);
        x = next;
    }
    try_matrix(rows, columns, matrix, x);
}

START_TEST(random_square) {
    try_random(4, 4);
}
END_TEST

START_TEST(random_tall) {
    try_random(24, 7);
}
END_TEST

START_TEST(random_wide) {
    try_random(3, 8);
}
END_TEST

START_TEST(zeros) {
    const double matrix[12] = {0};
    try_matrix(4, 3, matrix, matrix);
}
END_TEST

void exercise_tests(void) {
    add_test(one_value, "one value: its sign is its direction");
    add_test(by_hand, "a diagonal of two values, by hand");
    add_test(tiny_values, "the same, with squares too small for a float");
    add_test(one_column, "one column of five values");
    add_test(orthogonal_columns, "six directions, each half as long as the one before");
    add_test(random_square, "a random matrix of 4 x 4");
    add_test(random_tall, "a random matrix of 24 x 7");
    add_test(random_wide, "a random matrix of 3 x 8");
    add_test(zeros, "zeros stay zeros");
}
