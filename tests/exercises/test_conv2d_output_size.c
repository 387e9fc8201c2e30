/* Tests of conv2d_output_size(). */
#include "harness.h"

#include "pieces/loops.h"

#include <stdio.h>

static void try_size(int input_size, int kernel_size, int strides, int pad_total, int expected) {
    char what[64];
    snprintf(what, sizeof what, "conv2d_output_size(%d, %d, %d, %d)", input_size, kernel_size,
             strides, pad_total);
    expect_integer(what, conv2d_output_size(input_size, kernel_size, strides, pad_total), expected);
}

START_TEST(strides_1) {
    try_size(5, 3, 1, 0, 3);
    try_size(3, 3, 1, 0, 1);
    try_size(7, 1, 1, 0, 7);
}
END_TEST

START_TEST(padding) {
    try_size(5, 3, 1, 2, 5);
    try_size(28, 7, 1, 6, 28);
    try_size(5, 4, 1, 3, 5);
}
END_TEST

START_TEST(strides) {
    try_size(7, 3, 2, 0, 3);
    try_size(9, 3, 3, 0, 3);
    try_size(8, 1, 7, 0, 2);
}
END_TEST

START_TEST(rounding) {
    try_size(6, 3, 2, 0, 2);
    try_size(8, 3, 3, 0, 2);
    try_size(9, 2, 4, 0, 2);
}
END_TEST

START_TEST(layers_of_resnet) {
    try_size(224, 7, 2, 6, 112);
    try_size(56, 1, 2, 0, 28);
    try_size(28, 3, 2, 2, 14);
    try_size(7, 3, 2, 2, 4);
}
END_TEST

START_TEST(does_not_fit) {
    try_size(2, 3, 1, 0, 0);
    try_size(2, 3, 2, 0, 0);
    try_size(1, 7, 3, 4, 0);
}
END_TEST

/* Lays the window down at one place after the other. */
static int places(int input_size, int kernel_size, int strides, int pad_total) {
    int count = 0;
    for (int first = 0; first + kernel_size <= input_size + pad_total; first += strides)
        count++;
    return count;
}

START_TEST(counted) {
    enum { SIZES = 24, KERNELS = 8, STRIDES = 4, PADDINGS = 7 };
    for (int pad_total = 0; pad_total < PADDINGS; pad_total++) {
        float got[SIZES * KERNELS * STRIDES];
        double expected[SIZES * KERNELS * STRIDES];
        size_t count = 0;
        for (int i = 0; i < SIZES; i++)
            for (int k = 0; k < KERNELS; k++)
                for (int s = 0; s < STRIDES; s++) {
                    int input_size = i + 1, kernel_size = k + 1, strides = s + 1;
                    got[count] =
                        (float)conv2d_output_size(input_size, kernel_size, strides, pad_total);
                    expected[count++] = places(input_size, kernel_size, strides, pad_total);
                }
        char what[64];
        snprintf(what, sizeof what, "conv2d_output_size(i + 1, k + 1, s + 1, %d), ", pad_total);
        expect_values(what, axes("iks", (int[]){SIZES, KERNELS, STRIDES}), got, expected, 0);
    }
}
END_TEST

void exercise_tests(void) {
    add_test(strides_1, "strides 1, no padding");
    add_test(padding, "pad_total counts the zeros of both ends");
    add_test(strides, "steps of more than one value");
    add_test(rounding, "a last step that does not fit in whole");
    add_test(layers_of_resnet, "sizes that occur in ResNets");
    add_test(does_not_fit, "a window larger than what it lies on");
    add_test(counted, "many sizes, against laying the window down and counting");
}
