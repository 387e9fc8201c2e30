/* Tests of image_to_inputs(). */
#include "harness.h"

#include "pieces/classify.h"

/* Compares with the equation in double, pixel by pixel. */
static void try_image(int height, int width, int channels, const unsigned char *pixels,
                      const double *mean, const double *deviation) {
    size_t count = (size_t)height * (size_t)width * (size_t)channels;
    double *expected = new_doubles(count);
    for (int h = 0; h < height; h++)
        for (int w = 0; w < width; w++)
            for (int c = 0; c < channels; c++) {
                int at = (h * width + w) * channels + c;
                expected[at] = (pixels[at] / 255.0 - mean[c]) / deviation[c];
            }
    float *inputs = output_floats("inputs", count);
    image_to_inputs(height, width, channels, pixels, input_floats("mean", mean, (size_t)channels),
                    input_floats("deviation", deviation, (size_t)channels), inputs);
    expect_values("inputs", axes("hwc", (int[]){height, width, channels}), inputs, expected, 1e-6);
}

START_TEST(by_hand) {
    const unsigned char pixels[] = {0, 51, 255};
    const double mean[] = {0.2}, deviation[] = {0.5}, expected[] = {-0.4, 0, 1.6};
    float *inputs = output_floats("inputs", 3);
    image_to_inputs(1, 3, 1, pixels, input_floats("mean", mean, 1),
                    input_floats("deviation", deviation, 1), inputs);
    expect_values("inputs", axes("hwc", (int[]){1, 3, 1}), inputs, expected, 1e-6);
}
END_TEST

START_TEST(three_channels) {
    const unsigned char pixels[] = {10, 200, 30, 40, 50, 60, 255, 0, 90, 1, 2, 3};
    try_image(2, 2, 3, pixels, (double[]){0.485, 0.456, 0.406}, (double[]){0.229, 0.224, 0.225});
}
END_TEST

START_TEST(wide_image) {
    unsigned char pixels[3 * 7 * 2];
    for (int i = 0; i < (int)sizeof pixels; i++)
        pixels[i] = (unsigned char)(i * 37 % 256);
    try_image(3, 7, 2, pixels, (double[]){0.25, 0.75}, (double[]){0.125, 2});
}
END_TEST

START_TEST(four_channels) {
    unsigned char pixels[5 * 2 * 4];
    for (int i = 0; i < (int)sizeof pixels; i++)
        pixels[i] = (unsigned char)(255 - i * 53 % 256);
    try_image(5, 2, 4, pixels, (double[]){0, 0.1, 0.5, 1}, (double[]){1, 0.3, 2, 0.01});
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "three grey pixels, by hand");
    add_test(three_channels, "2 x 2 pixels, ImageNet's mean and deviation");
    add_test(wide_image, "3 x 7 pixels of two channels");
    add_test(four_channels, "5 x 2 pixels of four channels");
}
