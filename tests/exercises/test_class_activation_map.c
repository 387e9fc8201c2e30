/* Tests of class_activation_map(). */
#include "harness.h"

#include "pieces/classify.h"

static const float *run(int height, int width, int channels, int classes, const double *features,
                        const double *kernel, int class_number) {
    size_t pixels = (size_t)height * (size_t)width;
    float *map = output_floats("map", pixels);
    class_activation_map(height, width, channels, classes,
                         input_floats("features", features, pixels * (size_t)channels),
                         input_floats("kernel", kernel, (size_t)channels * (size_t)classes),
                         class_number, map);
    return map;
}

START_TEST(by_hand) {
    /* Two channels, two classes; class 1 weighs the channels 3 and -0.5. */
    const double features[] = {1, 2, 0, 4}, kernel[] = {10, 3, 20, -0.5}, expected[] = {2, -2};
    expect_values("map", axes("hw", (int[]){1, 2}), run(1, 2, 2, 2, features, kernel, 1), expected,
                  1e-6);
}
END_TEST

/* The definition with the sums the other way round: channel by channel over the whole map. */
START_TEST(random_features) {
    enum { H = 3, W = 4, C = 5, K = 7, CLASS = 4 };
    double *features = random_values(1, (size_t)H * W * C);
    double *kernel = random_values(2, (size_t)C * K);
    double *expected = new_doubles((size_t)H * W);
    for (int c = 0; c < C; c++)
        for (int h = 0; h < H; h++)
            for (int w = 0; w < W; w++)
                expected[h * W + w] += kernel[c * K + CLASS] * features[(h * W + w) * C + c];
    expect_values("map", axes("hw", (int[]){H, W}), run(H, W, C, K, features, kernel, CLASS),
                  expected, 1e-5);
}
END_TEST

START_TEST(first_and_last_class) {
    enum { H = 2, W = 2, C = 3, K = 3 };
    double *features = random_values(3, (size_t)H * W * C);
    double *kernel = random_values(4, (size_t)C * K);
    for (int k = 0; k < K; k += K - 1) {
        double *expected = new_doubles((size_t)H * W);
        for (int i = 0; i < H * W; i++)
            for (int c = 0; c < C; c++)
                expected[i] += features[i * C + c] * kernel[c * K + k];
        expect_values("map", axes("hw", (int[]){H, W}), run(H, W, C, K, features, kernel, k),
                      expected, 1e-5);
    }
}
END_TEST

/* What makes it an explanation: mean(map) is the dense layer's output without its bias. */
START_TEST(mean_is_the_logit) {
    enum { H = 4, W = 2, C = 6, K = 5 };
    double *features = random_values(5, (size_t)H * W * C);
    double *kernel = random_values(6, (size_t)C * K);
    for (int k = 0; k < K; k++) {
        const float *map = run(H, W, C, K, features, kernel, k);
        double logit = 0, mean = 0;
        for (int c = 0; c < C; c++) {
            double pooled = 0;
            for (int i = 0; i < H * W; i++)
                pooled += features[i * C + c] / (H * W);
            logit += pooled * kernel[c * K + k];
        }
        for (int i = 0; i < H * W; i++)
            mean += (double)map[i] / (H * W);
        expect_number("the map's mean, against the class's logit without the bias", mean, logit,
                      1e-5);
    }
}
END_TEST

START_TEST(large_and_small) {
    const double features[] = {1e8, 1, 1, 2, 1, 0}, kernel[] = {1, 1, -1e8};
    expect_values("map", axes("hw", (int[]){2, 1}), run(2, 1, 3, 1, features, kernel, 0),
                  (double[]){1, 3}, 1e-6);
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "two pixels, two channels, two classes, by hand");
    add_test(random_features, "3 x 4 pixels, 5 channels, class 4 of 7");
    add_test(first_and_last_class, "the first and the last class");
    add_test(mean_is_the_logit, "the map's mean is the class's logit");
    add_test(large_and_small, "10^8 + 1 - 10^8 is 1 in a double, in a float it is 0");
}
