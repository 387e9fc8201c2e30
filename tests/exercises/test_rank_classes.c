/* Tests of rank_classes(). */
#include "harness.h"

#include "pieces/classify.h"

#include <math.h>

enum { MOST = 16 };

/* Runs the function, with places behind the last that must stay as they are, and compares class
 * numbers and probabilities. */
static void try_ranks(int classes, const double *logits, int count, const int *expected_classes,
                      const double *expected) {
    RankedClass ranked[MOST + 2];
    for (int i = 0; i < MOST + 2; i++)
        ranked[i] = (RankedClass){-7, -7};
    rank_classes(classes, input_floats("logits", logits, (size_t)classes), count, ranked);

    float *probabilities = output_floats("probabilities", (size_t)count);
    float *numbers = output_floats("class numbers", (size_t)count);
    double *expected_numbers = new_doubles((size_t)count);
    for (int i = 0; i < count; i++) {
        probabilities[i] = ranked[i].probability;
        numbers[i] = (float)ranked[i].class_number;
        expected_numbers[i] = expected_classes[i];
    }
    record_output("probabilities", axes_line('i', (size_t)count), probabilities);
    expect_values("ranked[i].class_number", axes_line('i', (size_t)count), numbers,
                  expected_numbers, 0);
    expect_values("ranked[i].probability", axes_line('i', (size_t)count), probabilities, expected,
                  1e-6);
    expect_integer("class_number in the place behind the last one", ranked[count].class_number, -7);
}

START_TEST(by_hand) {
    const double logits[] = {0, log(3), log(4)};
    try_ranks(3, logits, 3, (int[]){2, 1, 0}, (double[]){0.5, 0.375, 0.125});
}
END_TEST

START_TEST(two_best_of_five) {
    const double logits[] = {log(2), log(9), 0, log(7), 0};
    try_ranks(5, logits, 2, (int[]){1, 3}, (double[]){0.45, 0.35});
}
END_TEST

/* The best is number 11, the next 4, and so on by fives. */
START_TEST(twelve_classes) {
    double logits[12], expected[12], sum = 0;
    int order[12];
    for (int k = 0; k < 12; k++) {
        order[k] = (k * 5 + 11) % 12;
        logits[order[k]] = -k / 4.0;
        sum += exp(-k / 4.0);
    }
    for (int k = 0; k < 12; k++)
        expected[k] = exp(-k / 4.0) / sum;
    try_ranks(12, logits, 12, order, expected);
    try_ranks(12, logits, 1, order, expected);
}
END_TEST

START_TEST(ties) {
    const double logits[] = {-1, 2, -1, 2, -1};
    double sum = 3 * exp(-1) + 2 * exp(2);
    try_ranks(5, logits, 5, (int[]){1, 3, 0, 2, 4},
              (double[]){exp(2) / sum, exp(2) / sum, exp(-1) / sum, exp(-1) / sum, exp(-1) / sum});
}
END_TEST

START_TEST(all_negative) {
    const double logits[] = {-30, -31, -29};
    double sum = 1 + exp(-1) + exp(-2);
    try_ranks(3, logits, 3, (int[]){2, 0, 1}, (double[]){1 / sum, exp(-1) / sum, exp(-2) / sum});
}
END_TEST

START_TEST(large_logits) {
    try_ranks(3, (double[]){1000, 1001, -1000}, 2, (int[]){1, 0},
              (double[]){1 / (1 + exp(-1)), exp(-1) / (1 + exp(-1))});
}
END_TEST

START_TEST(far_below_zero) {
    try_ranks(3, (double[]){-1001, -1000, -3000}, 2, (int[]){1, 0},
              (double[]){1 / (1 + exp(-1)), exp(-1) / (1 + exp(-1))});
}
END_TEST

START_TEST(very_negative) {
    try_ranks(3, (double[]){-3e30, -1e30, -2e30}, 2, (int[]){1, 2}, (double[]){1, 0});
}
END_TEST

/* Beside the largest logit, each other has a part of 2^-24.5: in a float they all vanish. */
START_TEST(many_small_parts) {
    enum { CLASSES = 1024 };
    double *logits = new_doubles(CLASSES);
    logits[3] = 24.5 * log(2);
    try_ranks(CLASSES, logits, 1, (int[]){3}, (double[]){1 / (1 + 1023 * exp2(-24.5))});
}
END_TEST

START_TEST(tiny_probabilities) {
    /* Both small ones are 0 as floats; the order of the logits still tells them apart. */
    try_ranks(3, (double[]){-200, 0, -150}, 3, (int[]){1, 2, 0}, (double[]){1, 0, 0});
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "three classes, by hand");
    add_test(two_best_of_five, "the two best of five classes");
    add_test(twelve_classes, "all of twelve classes, and the best one, number 11");
    add_test(all_negative, "negative logits");
    add_test(ties, "equal logits: the smaller class number first");
    add_test(large_logits, "logits near 1000: exp must not overflow");
    add_test(far_below_zero, "logits near -1000: the largest is below 0, too");
    add_test(very_negative, "logits of -1e30: the largest is one of them");
    add_test(many_small_parts, "1024 classes, all but one improbable: the sum is a double");
    add_test(tiny_probabilities, "probabilities too small for a float still have an order");
}
