/* Tests of custom_padding(). */
#include "harness.h"

/* Of kernel_size - 1 zeros, half (rounded down) stand before. */
static void try_padding(DataFormat format, int height, int width, int kernel_size) {
    enum { BATCH = 2, CHANNELS = 3 };
    ResNetModel model = model_for_tests(format);
    Tensor *inputs = new_inputs(format, BATCH, height, width, CHANNELS);
    Tensor *outputs = custom_padding(&model, inputs, kernel_size);

    int total = kernel_size - 1, before = total / 2;
    int out_height = height + total, out_width = width + total;
    expect_tensor("custom_padding", inputs, outputs,
                  shape_image(format, BATCH, out_height, out_width, CHANNELS));

    double *values = random_values(2, (size_t)BATCH * height * width * CHANNELS);
    double *expected = new_doubles((size_t)BATCH * out_height * out_width * CHANNELS);
    for (int n = 0; n < BATCH; n++)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < CHANNELS; c++)
                    expected[image_index(format, out_height, out_width, CHANNELS, n, y + before,
                                         x + before, c)] =
                        values[image_index(format, height, width, CHANNELS, n, y, x, c)];
    expect_values("outputs", axes_image(format, BATCH, out_height, out_width, CHANNELS),
                  run_forward(inputs, outputs, values, 1), expected, 0);
}

START_TEST(kernel_3) {
    try_padding(CHANNELS_LAST, 4, 5, 3);
}
END_TEST

START_TEST(kernel_1) {
    try_padding(CHANNELS_LAST, 4, 5, 1);
}
END_TEST

START_TEST(kernel_7) {
    try_padding(CHANNELS_LAST, 8, 8, 7);
}
END_TEST

START_TEST(even_kernels) {
    try_padding(CHANNELS_LAST, 4, 5, 2);
    try_padding(CHANNELS_LAST, 4, 5, 4);
}
END_TEST

START_TEST(channels_first) {
    try_padding(CHANNELS_FIRST, 4, 5, 3);
    try_padding(CHANNELS_FIRST, 4, 5, 4);
}
END_TEST

START_TEST(any_image_size) {
    for (int size = 1; size < 8; size++)
        try_padding(CHANNELS_LAST, size, size + 1, 3);
}
END_TEST

START_TEST(any_kernel) {
    for (int kernel_size = 1; kernel_size < 12; kernel_size++)
        try_padding(kernel_size % 2 ? CHANNELS_FIRST : CHANNELS_LAST, 3, 2, kernel_size);
}
END_TEST

void exercise_tests(void) {
    add_test(kernel_3, "kernel size 3: one zero before, one after");
    add_test(kernel_1, "kernel size 1: nothing to pad");
    add_test(kernel_7, "kernel size 7: three before, three after");
    add_test(even_kernels, "kernel sizes 2 and 4: the odd zero goes after");
    add_test(channels_first, "height and width are axes 2 and 3 here");
    add_test(any_image_size, "the same padding whatever the image's size");
    add_test(any_kernel, "kernel sizes 1 to 11");
}
