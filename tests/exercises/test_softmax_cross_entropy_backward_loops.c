/* Tests of softmax_cross_entropy_backward_loops(). */
#include "pieces/loops.h"
#include "reference_softmax.h"

/* Against central differences of the loss. */
static void try_gradient(int batch, int classes, float smoothing, float d_loss, const int *labels) {
    size_t count = (size_t)batch * (size_t)classes;
    double *logits = random_values(3, count), *probabilities = new_doubles(count);
    double *unused = new_doubles(count), *expected = new_doubles(count);
    const double step = 1.0 / 256; /* exact in float */
    for (size_t i = 0; i < count; i++)
        logits[i] = round(logits[i] * 256) / 256;
    for (size_t i = 0; i < count; i++) {
        double value = logits[i], loss[2];
        for (int side = 0; side < 2; side++) {
            logits[i] = value + (side ? step : -step);
            loss[side] =
                reference_softmax(batch, classes, (double)smoothing, logits, labels, unused);
        }
        logits[i] = value;
        expected[i] = (double)d_loss * (loss[1] - loss[0]) / (2 * step);
    }
    reference_softmax(batch, classes, (double)smoothing, logits, labels, probabilities);
    float *got = output_floats("d_logits", count);
    softmax_cross_entropy_backward_loops(batch, classes, smoothing,
                                         input_floats("probabilities", probabilities, count),
                                         input_ints("labels", labels, (size_t)batch), d_loss, got);
    const Factor factors[] = {{batch, "the number of images N"},
                              {(double)d_loss, "d_loss"},
                              {classes, "the number of classes K"},
                              {0, NULL}};
    expect_gradient("d_logits", axes("nk", (int[]){batch, classes}), got, expected, 1e-4, factors);
}

START_TEST(by_hand) {
    const double probabilities[] = {0.25, 0.75}, expected[] = {0.25, -0.25};
    const int labels[] = {1};
    float *got = output_floats("d_logits", 2);
    softmax_cross_entropy_backward_loops(1, 2, 0, input_floats("probabilities", probabilities, 2),
                                         input_ints("labels", labels, 1), 1, got);
    expect_gradient("d_logits", axes("nk", (int[]){1, 2}), got, expected, 1e-6, NULL);
}
END_TEST

START_TEST(several_images) {
    try_gradient(3, 4, 0, 1, (int[]){2, 0, 3});
}
END_TEST

START_TEST(upstream) {
    try_gradient(3, 4, 0, -1.75f, (int[]){1, 1, 2});
}
END_TEST

START_TEST(smoothing) {
    try_gradient(2, 5, 0.2f, 1, (int[]){4, 1});
}
END_TEST

START_TEST(all_at_once) {
    try_gradient(5, 12, 0.5f, 0.25f, (int[]){11, 0, 3, 10, 11});
}
END_TEST

void exercise_tests(void) {
    add_test(by_hand, "two classes, by hand");
    add_test(several_images, "three images, against differences of the loss");
    add_test(upstream, "the loss's own gradient d_loss is not 1");
    add_test(smoothing, "label smoothing");
    add_test(all_at_once, "five images, twelve classes, smoothing 1/2, d_loss 1/4");
}
