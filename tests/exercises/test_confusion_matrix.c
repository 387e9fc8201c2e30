/* Tests of confusion_matrix(). */
#include "harness.h"

#include "pieces/classify.h"

enum { MOST_CELLS = 144, RUBBISH = 1000003 };

static void try_counts(int count, int classes, const int *labels, const int *predictions,
                       const double *expected) {
    int counts[MOST_CELLS + 1];
    size_t cells = (size_t)classes * (size_t)classes;
    for (int i = 0; i <= MOST_CELLS; i++)
        counts[i] = RUBBISH;
    confusion_matrix(count, classes, input_ints("labels", labels, (size_t)count),
                     input_ints("predictions", predictions, (size_t)count), counts);
    float *got = output_floats("counts", cells);
    for (size_t i = 0; i < cells; i++)
        got[i] = (float)counts[i];
    expect_values("counts", axes("lp", (int[]){classes, classes}), got, expected, 0);
    expect_integer("the number behind the last count", counts[cells], RUBBISH);
}

START_TEST(by_hand) {
    /* Image 0 is right; images 1 and 2 are of class 0 and were taken for 1. */
    try_counts(4, 2, (int[]){0, 0, 0, 1}, (int[]){0, 1, 1, 1}, (double[]){1, 2, 0, 1});
}
END_TEST

START_TEST(one_image) {
    try_counts(1, 3, (int[]){2}, (int[]){0}, (double[]){0, 0, 0, 0, 0, 0, 1, 0, 0});
}
END_TEST

START_TEST(row_sums) {
    /* 40 images; each row's sum is how many images have its label. */
    int labels[40], predictions[40];
    double expected[25] = {0};
    for (int i = 0; i < 40; i++) {
        labels[i] = i * i % 5;
        predictions[i] = (i * i + i / 13) % 5;
    }
    for (int label = 0; label < 5; label++)
        for (int prediction = 0; prediction < 5; prediction++)
            for (int i = 0; i < 40; i++)
                expected[label * 5 + prediction] +=
                    labels[i] == label && predictions[i] == prediction;
    try_counts(40, 5, labels, predictions, expected);
}
END_TEST

START_TEST(twelve_classes) {
    double expected[144] = {0};
    expected[11 * 12 + 10] = 2;
    expected[10 * 12 + 11] = expected[11 * 12 + 11] = 1;
    try_counts(4, 12, (int[]){11, 10, 11, 11}, (int[]){10, 11, 10, 11}, expected);
}
END_TEST

START_TEST(no_image) {
    try_counts(0, 2, (int[]){0}, (int[]){0}, (double[]){0, 0, 0, 0});
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "four images of two classes, by hand");
    add_test(one_image, "one image of three classes");
    add_test(row_sums, "40 images of five classes");
    add_test(twelve_classes, "four images of twelve classes");
    add_test(no_image, "no image: all counts are 0");
}
