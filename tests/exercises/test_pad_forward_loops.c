/* Tests of pad_forward_loops(). */
#include "harness.h"

#include "pieces/loops.h"

/* The axes' letters of an array in the data format. */
static const char *letters(DataFormat format) {
    return format == CHANNELS_FIRST ? "nchw" : "nhwc";
}

/* From the outputs' side: each is the input that lies before it, or a zero. */
static double padded_value(const double *inputs, const int shape[4], const int paddings[4][2],
                           const int index[4]) {
    size_t at = 0;
    for (int a = 0; a < 4; a++) {
        int i = index[a] - paddings[a][0];
        if (i < 0 || i >= shape[a])
            return 0;
        at = at * (size_t)shape[a] + (size_t)i;
    }
    return inputs[at];
}

static double *reference(const double *inputs, const int shape[4], const int paddings[4][2],
                         const int size[4]) {
    double *outputs = new_doubles((size_t)size[0] * size[1] * size[2] * size[3]);
    double *next = outputs;
    for (int i = 0; i < size[0]; i++)
        for (int j = 0; j < size[1]; j++)
            for (int k = 0; k < size[2]; k++)
                for (int l = 0; l < size[3]; l++)
                    *next++ = padded_value(inputs, shape, paddings, (int[]){i, j, k, l});
    return outputs;
}

static void try_padding(DataFormat format, const int shape[4], const int paddings[4][2]) {
    int size[4];
    for (int a = 0; a < 4; a++)
        size[a] = paddings[a][0] + shape[a] + paddings[a][1];
    Axes outputs_axes = axes(letters(format), size);
    size_t count = axes_count(axes(letters(format), shape));

    double *inputs = random_values(1, count);
    float *outputs = output_floats("outputs", axes_count(outputs_axes));
    pad_forward_loops(input_floats("inputs", inputs, count), shape, paddings, outputs);
    expect_values("outputs", outputs_axes, outputs, reference(inputs, shape, paddings, size), 0);
}

START_TEST(by_hand) {
    const double inputs[] = {1, 2, 3, 4};
    const double expected[] = {0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0};
    const int shape[4] = {1, 2, 2, 1}, paddings[4][2] = {{0, 0}, {1, 1}, {1, 1}, {0, 0}};
    float *outputs = output_floats("outputs", 16);
    pad_forward_loops(input_floats("inputs", inputs, 4), shape, paddings, outputs);
    expect_values("outputs", axes("nhwc", (int[]){1, 4, 4, 1}), outputs, expected, 0);
}
END_TEST

START_TEST(no_padding) {
    try_padding(CHANNELS_LAST, (int[]){2, 3, 4, 2}, (int[4][2]){{0, 0}, {0, 0}, {0, 0}, {0, 0}});
}
END_TEST

START_TEST(channels_last) {
    try_padding(CHANNELS_LAST, (int[]){2, 3, 4, 3}, (int[4][2]){{0, 0}, {1, 1}, {1, 1}, {0, 0}});
}
END_TEST

START_TEST(channels_first) {
    try_padding(CHANNELS_FIRST, (int[]){2, 3, 4, 5}, (int[4][2]){{0, 0}, {0, 0}, {1, 1}, {1, 1}});
}
END_TEST

START_TEST(before_and_after) {
    try_padding(CHANNELS_LAST, (int[]){1, 3, 2, 2}, (int[4][2]){{0, 0}, {1, 3}, {2, 0}, {0, 0}});
}
END_TEST

START_TEST(every_axis) {
    try_padding(CHANNELS_LAST, (int[]){2, 3, 2, 2}, (int[4][2]){{1, 0}, {0, 2}, {3, 1}, {1, 2}});
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "a 2 x 2 image with one zero all around, by hand");
    add_test(no_padding, "no padding at all: a copy");
    add_test(channels_last, "channels_last, two images, three channels");
    add_test(channels_first, "channels_first, two images, three channels");
    add_test(before_and_after, "other paddings before than after, other for height than width");
    add_test(every_axis, "paddings on all four axes");
}
