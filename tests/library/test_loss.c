/* The losses and the dense layer's plain twins: float64 references, closed forms, finite
 * differences, threads. */
#include <math.h>
#include <omp.h>

#include "cases.h"
#include "compare.h"
#include "kernels/loss.h"
#include "kernels/naive.h"
#include "pieces/loops.h"

static const double TOLERANCE = 1e-6; /* of the sum of the absolute values of the terms */

typedef float CrossEntropy(int, int, float, const float *, const int *, float *);
typedef void CrossEntropyBackward(int, int, float, const float *, const int *, float, float *);

/* The loops and the vectorised twin go through the same tests. */
static const struct {
    CrossEntropy *forward;
    CrossEntropyBackward *backward;
} TWINS[] = {
    {softmax_cross_entropy_forward_loops, softmax_cross_entropy_backward_loops},
    {softmax_cross_entropy_forward, softmax_cross_entropy_backward},
};
enum { TWIN_COUNT = sizeof TWINS / sizeof *TWINS };

static const struct {
    int batch, classes;
    float label_smoothing;
} CASES[] = {
    {1, 1, 0}, {1, 2, 0}, {3, 10, 0}, {128, 10, 0.1F}, {7, 1000, 0.2F}, {65, 17, 0.5F}, {129, 3, 1},
};
enum { CASE_COUNT = sizeof CASES / sizeof *CASES };

static int *some_labels(int batch, int classes) {
    int *labels = memory_for_test((size_t)batch, sizeof *labels);
    for (int n = 0; n < batch; n++)
        labels[n] = (n * 7 + 3) % classes;
    return labels;
}

static double target_of(int case_index, int k, int label) {
    double smoothing = CASES[case_index].label_smoothing;
    return smoothing / CASES[case_index].classes + (k == label ? 1 - smoothing : 0);
}

/* The definition as it stands, in float64, where exp of these logits is far from overflow. Returns
 * the loss; d_logits is for a d_loss of 1. */
static double reference(int case_index, const float *logits, const int *labels,
                        double *probabilities, double *d_logits) {
    int batch = CASES[case_index].batch, classes = CASES[case_index].classes;
    double loss = 0;
    for (int n = 0; n < batch; n++) {
        double sum = 0;
        for (int k = 0; k < classes; k++)
            sum += exp((double)logits[n * classes + k]);
        for (int k = 0; k < classes; k++) {
            int at = n * classes + k;
            double target = target_of(case_index, k, labels[n]);
            probabilities[at] = exp((double)logits[at]) / sum;
            loss -= target * log(probabilities[at]) / batch;
            d_logits[at] = (probabilities[at] - target) / batch;
        }
    }
    return loss;
}

static void check_cross_entropy(int case_index, int twin) {
    int batch = CASES[case_index].batch, classes = CASES[case_index].classes;
    float smoothing = CASES[case_index].label_smoothing, d_loss = -1.7F;
    size_t count = (size_t)batch * classes;
    float *logits = array_random(count, 1), *probabilities = array_new(count);
    float *d_logits = array_new(count);
    int *labels = some_labels(batch, classes);
    double *expected = doubles_new(count), *expected_d = doubles_new(count);
    double *size = doubles_new(count);
    double loss = reference(case_index, logits, labels, expected, expected_d);
    for (size_t i = 0; i < count; i++) {
        expected_d[i] *= d_loss;
        size[i] = fabsf(d_loss) / batch;
    }

    float got = TWINS[twin].forward(batch, classes, smoothing, logits, labels, probabilities);
    TWINS[twin].backward(batch, classes, smoothing, probabilities, labels, d_loss, d_logits);
    ck_assert_double_eq_tol(got, loss, TOLERANCE * (1 + loss));
    compare_arrays("probabilities", count, expected, expected, probabilities, TOLERANCE);
    compare_arrays("d_logits", count, expected_d, size, d_logits, TOLERANCE);
    TWINS[twin].backward(batch, classes, smoothing, probabilities, labels, d_loss, probabilities);
    compare_bits("d_logits in place", count, d_logits, probabilities);
}

START_TEST(cross_entropy) {
    for (int twin = 0; twin < TWIN_COUNT; twin++)
        check_cross_entropy(_i, twin);
}
END_TEST

/* Closed forms: equal logits give log K; one logit far above the others gives 0 for its own class
 * and the distance for another. */
START_TEST(cross_entropy_closed_forms) {
    CrossEntropy *forward = TWINS[_i].forward;
    float probabilities[10], equal[10] = {0}, far[10] = {0}, extreme[2] = {1e38F, -1e38F};
    int third = 3, first = 0, second = 1;
    far[3] = 1000;
    ck_assert_float_eq_tol(forward(1, 10, 0, equal, &third, probabilities), logf(10), 1e-6F);
    ck_assert_float_eq_tol(forward(1, 10, 0.3F, equal, &third, probabilities), logf(10), 1e-6F);
    ck_assert_float_eq(forward(1, 10, 0, far, &third, probabilities), 0);
    ck_assert_float_eq(probabilities[3], 1);
    ck_assert_float_eq(probabilities[0], 0);
    ck_assert_float_eq_tol(forward(1, 10, 0, far, &first, probabilities), 1000, 1e-3F);
    ck_assert_float_eq(forward(1, 2, 0, extreme, &first, probabilities), 0);
    ck_assert_float_eq_tol(forward(1, 2, 0, extreme, &second, probabilities), 2e38F, 1e32F);
}
END_TEST

typedef struct Differentiated {
    CrossEntropy *forward;
    const float *logits;
    const int *labels;
} Differentiated;

enum { FEW = 4, FEW_CLASSES = 5 };

static double cross_entropy_loss(void *context) {
    const Differentiated *function = context;
    float probabilities[FEW * FEW_CLASSES];
    return function->forward(FEW, FEW_CLASSES, 0.1F, function->logits, function->labels,
                             probabilities);
}

START_TEST(cross_entropy_finite_differences) {
    float *logits = array_random(FEW * FEW_CLASSES, 5);
    float probabilities[FEW * FEW_CLASSES], d_logits[FEW * FEW_CLASSES];
    int labels[FEW] = {4, 0, 2, 2};
    Differentiated function = {TWINS[_i].forward, logits, labels};
    TWINS[_i].forward(FEW, FEW_CLASSES, 0.1F, logits, labels, probabilities);
    TWINS[_i].backward(FEW, FEW_CLASSES, 0.1F, probabilities, labels, 1, d_logits);
    compare_gradient("d_logits", FEW * FEW_CLASSES, logits, d_logits, cross_entropy_loss, &function,
                     0.02, 1e-3);
}
END_TEST

START_TEST(mean_squared_error) {
    const size_t counts[] = {1, 3, 64, 65, 10007};
    for (int i = 0; i < 5; i++) {
        size_t count = counts[i];
        float *predictions = array_random(count, 1), *targets = array_random(count, 2);
        float *d_predictions = array_new(count), *naive = array_new(count), d_loss = 0.7F;
        double *expected = doubles_new(count), *size = doubles_new(count), loss = 0;
        for (size_t j = 0; j < count; j++) {
            double difference = (double)predictions[j] - targets[j];
            loss += difference * difference / (double)count;
            expected[j] = d_loss * 2 * difference / (double)count;
            size[j] = 2 * (fabsf(predictions[j]) + fabsf(targets[j])) / (double)count;
        }
        float got = mean_squared_error_forward(count, predictions, targets);
        float got_naive = mean_squared_error_forward_naive(count, predictions, targets);
        ck_assert_double_eq_tol(got, loss, TOLERANCE * loss);
        ck_assert_double_eq_tol(got_naive, loss, TOLERANCE * loss);
        mean_squared_error_backward(count, predictions, targets, d_loss, d_predictions);
        mean_squared_error_backward_naive(count, predictions, targets, d_loss, naive);
        compare_arrays("mean_squared_error_backward", count, expected, size, d_predictions,
                       TOLERANCE);
        compare_arrays("mean_squared_error_backward_naive", count, expected, size, naive,
                       TOLERANCE);
    }
}
END_TEST

START_TEST(threads) {
    int batch = 201, classes = 10, *labels = some_labels(batch, classes);
    size_t count = (size_t)batch * classes;
    float *logits = array_random(count, 1), *probabilities = array_new(count), losses[4][2];
    for (int number = 1; number <= 3; number++) {
        omp_set_num_threads(number);
        losses[number][0] =
            softmax_cross_entropy_forward(batch, classes, 0.1F, logits, labels, probabilities);
        losses[number][1] = mean_squared_error_forward(count, logits, probabilities);
        compare_bits("losses with more threads", 2, losses[1], losses[number]);
    }
}
END_TEST

/* outputs, d_inputs, d_kernel and d_bias of one matrix product in float64. */
START_TEST(dense) {
    const int shapes[][3] = {{1, 1, 1}, {3, 5, 7}, {17, 64, 10}, {2, 33, 1}};
    int batch = shapes[_i][0], channels = shapes[_i][1], units = shapes[_i][2];
    size_t in = (size_t)batch * channels, out = (size_t)batch * units,
           both = (size_t)channels * units;
    float *inputs = array_random(in, 1), *kernel = array_random(both, 2);
    float *bias = array_random(units, 3), *d_outputs = array_random(out, 4);
    double *sums[4] = {doubles_new(out), doubles_new(in), doubles_new(both), doubles_new(units)};
    double *sizes[4] = {doubles_new(out), doubles_new(in), doubles_new(both), doubles_new(units)};
    for (size_t i = 0; i < both * batch; i++) {
        size_t k = i % units, c = i / units % channels, n = i / both;
        size_t at[3] = {n * units + k, n * channels + c, c * units + k};
        double x = inputs[at[1]], w = kernel[at[2]], d = d_outputs[at[0]];
        double terms[3] = {x * w, d * w, x * d};
        for (int a = 0; a < 3; a++) {
            sums[a][at[a]] += terms[a];
            sizes[a][at[a]] += fabs(terms[a]);
        }
    }
    for (size_t i = 0; i < out; i++) {
        sums[0][i] += bias[i % units];
        sizes[0][i] += fabsf(bias[i % units]);
        sums[3][i % units] += d_outputs[i];
        sizes[3][i % units] += fabsf(d_outputs[i]);
    }
    float *outputs = array_new(out), *d_inputs = array_new(in), *d_kernel = array_new(both);
    float *d_bias = array_new(units);
    dense_forward_naive(batch, channels, units, inputs, kernel, bias, outputs);
    dense_backward_inputs_naive(batch, channels, units, d_outputs, kernel, d_inputs);
    dense_backward_kernel_naive(batch, channels, units, inputs, d_outputs, d_kernel, d_bias);
    compare_arrays("dense_forward_naive", out, sums[0], sizes[0], outputs, TOLERANCE);
    compare_arrays("dense_backward_inputs_naive", in, sums[1], sizes[1], d_inputs, TOLERANCE);
    compare_arrays("dense_backward_kernel_naive", both, sums[2], sizes[2], d_kernel, TOLERANCE);
    compare_arrays("its bias", units, sums[3], sizes[3], d_bias, TOLERANCE);
}
END_TEST

TCase *loss_tests(void) {
    TCase *tests = tcase_with_cleanup("loss");
    tcase_add_loop_test(tests, cross_entropy, 0, CASE_COUNT);
    tcase_add_loop_test(tests, cross_entropy_closed_forms, 0, TWIN_COUNT);
    tcase_add_loop_test(tests, cross_entropy_finite_differences, 0, TWIN_COUNT);
    tcase_add_test(tests, mean_squared_error);
    tcase_add_test(tests, threads);
    tcase_add_loop_test(tests, dense, 0, 4);
    return tests;
}
