/* Tests of softmax_cross_entropy_forward_loops(). */
#include "pieces/loops.h"
#include "reference_softmax.h"

static void try_softmax(int batch, int classes, float smoothing, const double *logits,
                        const int *labels) {
    size_t count = (size_t)batch * (size_t)classes;
    double *probabilities = new_doubles(count);
    double expected =
        reference_softmax(batch, classes, (double)smoothing, logits, labels, probabilities);
    float *got = output_floats("probabilities", count);
    float loss = softmax_cross_entropy_forward_loops(
        batch, classes, smoothing, input_floats("logits", logits, count),
        input_ints("labels", labels, (size_t)batch), got);
    record_output("loss", axes_line('i', 1), &loss);
    expect_values("probabilities", axes("nk", (int[]){batch, classes}), got, probabilities, 1e-5);
    expect_number("the loss", (double)loss, expected, 1e-5);
}

START_TEST(by_hand) {
    const double logits[] = {0, log(3)}, probabilities[] = {0.25, 0.75};
    const int labels[] = {1};
    float *got = output_floats("probabilities", 2);
    float loss = softmax_cross_entropy_forward_loops(1, 2, 0, input_floats("logits", logits, 2),
                                                     input_ints("labels", labels, 1), got);
    record_output("loss", axes_line('i', 1), &loss);
    expect_values("probabilities", axes("nk", (int[]){1, 2}), got, probabilities, 1e-6);
    expect_number("the loss", (double)loss, log(4.0 / 3), 1e-5);
}
END_TEST

START_TEST(mean_over_images) {
    try_softmax(3, 4, 0, random_values(1, 12), (int[]){2, 0, 3});
}
END_TEST

START_TEST(large_logits) {
    try_softmax(2, 3, 0, (double[]){1000, 1001, 999, -1000, -1002, -1001}, (int[]){1, 0});
}
END_TEST

START_TEST(certain_and_wrong) {
    try_softmax(1, 3, 0, (double[]){200, 0, 1}, (int[]){1});
}
END_TEST

START_TEST(smoothing) {
    try_softmax(2, 5, 0.1f, random_values(2, 10), (int[]){4, 1});
}
END_TEST

START_TEST(all_negative) {
    try_softmax(2, 3, 0, (double[]){-900, -902, -901, -1, -3, -2}, (int[]){0, 2});
}
END_TEST

/* Of one image in three classes. */
static void expect_softmax(const double logits[3], int label, const double probabilities[3],
                           double expected) {
    float *got = output_floats("probabilities", 3);
    float loss = softmax_cross_entropy_forward_loops(1, 3, 0, input_floats("logits", logits, 3),
                                                     input_ints("labels", &label, 1), got);
    record_output("loss", axes_line('i', 1), &loss);
    expect_values("probabilities", axes("nk", (int[]){1, 3}), got, probabilities, 1e-6);
    expect_number("the loss", (double)loss, expected, 1e-5);
}

/* Below any number that one would begin with. */
START_TEST(very_negative) {
    const double logits[] = {-2e30, -1e30, -3e30}, probabilities[] = {0, 1, 0};
    expect_softmax(logits, 1, probabilities, 0);
}
END_TEST

/* exp() of a difference of 1000 or more overflows or vanishes, even in double. */
START_TEST(far_apart) {
    const double logits[] = {1000, -1000, 0}, probabilities[] = {1, 0, 0};
    expect_softmax(logits, 1, probabilities, 2000);
}
END_TEST

START_TEST(twelve_classes) {
    try_softmax(4, 12, 0.25f, random_values(5, 48), (int[]){11, 0, 7, 10});
}
END_TEST

/* Beside the largest logit, each other has a part of 2^-24.5: in a float they all vanish. */
START_TEST(many_small_parts) {
    enum { CLASSES = 1024 };
    double *logits = new_doubles(CLASSES);
    logits[0] = 24.5 * log(2);
    try_softmax(1, CLASSES, 0, logits, (int[]){0});
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "two classes, by hand");
    add_test(mean_over_images, "three images: the loss is their mean");
    add_test(large_logits, "logits near 1000 and -1000: exp must not overflow");
    add_test(certain_and_wrong, "a label of probability e^-200: the loss is 200, not infinite");
    add_test(smoothing, "label smoothing");
    add_test(all_negative, "all logits far below 0: the largest is below 0, too");
    add_test(very_negative, "logits of -1e30: the largest is one of them");
    add_test(far_apart, "logits 2000 apart: the largest is what must be taken off");
    add_test(twelve_classes, "four images, twelve classes, label smoothing 1/4");
    add_test(many_small_parts, "1024 classes, all but one improbable: the sum is a double");
}
