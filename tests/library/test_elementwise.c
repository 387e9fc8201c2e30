/* Passes over flat arrays, padding and transposition: vectorised, loops and plain twins. */
#include <math.h>
#include <omp.h>

#include "base/random.h"
#include "cases.h"
#include "compare.h"
#include "kernels/elementwise.h"
#include "kernels/naive.h"
#include "pieces/loops.h"

static const size_t COUNTS[] = {1, 2, 15, 16, 17, 63, 1000, 4099, 100003};
enum { COUNT_COUNT = sizeof COUNTS / sizeof *COUNTS };

/* Exact: each value is one comparison or one addition. */
START_TEST(relu) {
    size_t count = COUNTS[_i];
    float *inputs = array_random(count, 1), *d_outputs = array_random(count, 2);
    inputs[0] = 0; /* a gradient of 0 by definition */
    float *outputs = array_new(count), *d_inputs = array_new(count);
    relu_forward_loops(count, inputs, outputs);
    relu_backward_loops(count, inputs, d_outputs, d_inputs);
    for (size_t i = 0; i < count; i++) {
        float slope = inputs[i] > 0 ? 1 : 0;
        if (outputs[i] != slope * inputs[i] || d_inputs[i] != slope * d_outputs[i])
            ck_abort_msg("relu of %g is %g, of its gradient %g is %g", inputs[i], outputs[i],
                         d_outputs[i], d_inputs[i]);
    }
    relu_backward(count, inputs, d_outputs, d_outputs); /* in place */
    compare_bits("relu_backward", count, d_inputs, d_outputs);
    relu_forward(count, inputs, inputs);
    compare_bits("relu_forward", count, outputs, inputs);
}
END_TEST

START_TEST(relu_shows_nan) {
    float input = NAN, output = 0;
    relu_forward(1, &input, &output);
    ck_assert_float_nan(output);
    output = 0;
    relu_forward_loops(1, &input, &output);
    ck_assert_float_nan(output);
}
END_TEST

static double relu_loss(void *context) {
    float *const *arrays = context; /* inputs, d_outputs */
    float outputs[100];
    relu_forward_loops(100, arrays[0], outputs);
    return upstream_loss(100, outputs, arrays[1]);
}

START_TEST(relu_finite_differences) {
    float *arrays[2] = {array_random(100, 1), array_random(100, 2)}, d_inputs[100];
    for (int i = 0; i < 100; i++) /* no step crosses the bend at 0 */
        arrays[0][i] += arrays[0][i] > 0 ? 0.5F : -0.5F;
    relu_backward_loops(100, arrays[0], arrays[1], d_inputs);
    compare_gradient("relu_backward_loops", 100, arrays[0], d_inputs, relu_loss, arrays, 0.25,
                     1e-5);
}
END_TEST

START_TEST(addition) {
    size_t count = COUNTS[_i];
    float *a = array_random(count, 1), *b = array_random(count, 2);
    float *outputs = array_new(count), *naive = array_new(count);
    add_forward(count, a, b, outputs);
    add_forward_naive(count, a, b, naive);
    for (size_t i = 0; i < count; i++)
        if (outputs[i] != a[i] + b[i])
            ck_abort_msg("%g + %g is %g", a[i], b[i], outputs[i]);
    compare_bits("add_forward_naive", count, outputs, naive);
    add_forward(count, a, b, a); /* in place */
    compare_bits("add_forward in place", count, outputs, a);
}
END_TEST

/* Kept values are divided by 1 - rate, the others are 0; how many are dropped is binomial, and five
 * standard deviations are never passed in practice. */
START_TEST(dropout) {
    const float rates[] = {0, 0.1F, 0.5F, 0.9F};
    size_t count = 100003;
    float *inputs = array_random(count, 1), *outputs = array_new(count), *loops = array_new(count);
    float *uniforms = array_new(count);
    for (size_t i = 0; i < count; i++)
        uniforms[i] = random_uniform_at(42, i);
    for (int r = 0; r < 4; r++) {
        dropout_forward(count, (DropoutKey){42, 0}, rates[r], inputs, outputs);
        dropout_forward_loops(count, rates[r], uniforms, inputs, loops);
        compare_bits("dropout_forward_loops", count, outputs, loops);
        double dropped = 0;
        for (size_t i = 0; i < count; i++) {
            dropped += outputs[i] == 0;
            if (outputs[i] != 0 && outputs[i] != inputs[i] / (1 - rates[r]))
                ck_abort_msg("at rate %g, %g became %g", rates[r], inputs[i], outputs[i]);
        }
        double deviation = sqrt((double)count * rates[r] * (1 - rates[r]));
        ck_assert_double_le(fabs(dropped - (double)count * rates[r]), 5 * deviation);
    }
}
END_TEST

/* Two keys drop independently of each other: both drop a quarter of the time at rate 1/2. */
START_TEST(dropout_keys) {
    enum { VALUES = 10000 };
    float ones[VALUES], first[VALUES], second[VALUES];
    for (int i = 0; i < VALUES; i++)
        ones[i] = 1;
    dropout_forward(VALUES, (DropoutKey){1, 0}, 0.5F, ones, first);
    dropout_forward(VALUES, (DropoutKey){2, 0}, 0.5F, ones, second);
    int both = 0;
    for (int i = 0; i < VALUES; i++)
        both += first[i] == 0 && second[i] == 0;
    ck_assert_int_ge(both, VALUES / 4 - 250);
    ck_assert_int_le(both, VALUES / 4 + 250);
}
END_TEST

static const struct {
    int shape[4], paddings[4][2];
} PADS[] = {
    {{2, 5, 7, 3}, {{0, 0}, {1, 1}, {1, 1}, {0, 0}}}, /* channels_last */
    {{2, 5, 7, 1}, {{0, 0}, {0, 1}, {2, 3}, {0, 0}}},
    {{2, 3, 5, 7}, {{0, 0}, {0, 0}, {1, 1}, {1, 2}}}, /* channels_first */
    {{1, 1, 1, 1}, {{0, 0}, {0, 0}, {3, 3}, {3, 3}}},
    {{3, 4, 2, 5}, {{1, 2}, {0, 3}, {2, 0}, {1, 1}}}, /* all four axes */
    {{3, 4, 2, 5}, {{0, 0}, {0, 0}, {0, 0}, {0, 0}}},
    {{4, 28, 28, 16}, {{0, 0}, {1, 1}, {1, 1}, {0, 0}}},
};
enum { PAD_COUNT = sizeof PADS / sizeof *PADS };

/* Reads the outputs one by one: which input stands at each place, and zeros elsewhere. */
START_TEST(padding) {
    const int *shape = PADS[_i].shape;
    const int(*pads)[2] = PADS[_i].paddings;
    size_t in_count = 1, out_count = 1;
    int size[4];
    for (int a = 0; a < 4; a++) {
        size[a] = shape[a] + pads[a][0] + pads[a][1];
        in_count *= shape[a];
        out_count *= size[a];
    }
    float *inputs = array_random(in_count, 1), *expected = array_new(out_count);
    for (size_t i = 0; i < out_count; i++) {
        size_t rest = i, from = 0, step = 1;
        bool inside = true;
        for (int a = 3; a >= 0; a--) {
            int at = (int)(rest % size[a]) - pads[a][0];
            rest /= size[a];
            inside = inside && at >= 0 && at < shape[a];
            from += inside ? at * step : 0;
            step *= shape[a];
        }
        expected[i] = inside ? inputs[from] : 0;
    }
    float *loops = array_new(out_count), *outputs = array_new(out_count);
    pad_forward_loops(inputs, shape, pads, loops);
    pad_forward(inputs, shape, pads, outputs);
    compare_bits("pad_forward_loops", out_count, expected, loops);
    compare_bits("pad_forward", out_count, expected, outputs);

    /* Back: what is added around the inputs is lost again. */
    for (size_t i = 0; i < out_count; i++)
        outputs[i] += outputs[i] == 0 ? 5 : 0;
    float *d_inputs = array_new(in_count), *naive = array_new(in_count);
    pad_backward(outputs, shape, pads, d_inputs);
    pad_backward_naive(outputs, shape, pads, naive);
    compare_bits("pad_backward", in_count, inputs, d_inputs);
    compare_bits("pad_backward_naive", in_count, inputs, naive);
}
END_TEST

static const int TRANSPOSED[][3] = {
    {1, 1, 1}, {2, 1, 35}, {3, 3, 784}, {2, 17, 15}, {1, 64, 33}, {2, 16, 16},
};
enum { TRANSPOSED_COUNT = sizeof TRANSPOSED / sizeof *TRANSPOSED };

START_TEST(transposition) {
    size_t batch = TRANSPOSED[_i][0], channels = TRANSPOSED[_i][1], positions = TRANSPOSED[_i][2];
    size_t count = batch * channels * positions;
    float *first = array_random(count, 1), *last = array_new(count), *back = array_new(count);
    channels_last_from_first((int)batch, (int)channels, (int)positions, first, last);
    for (size_t i = 0; i < count; i++) {
        size_t p = i % positions, c = i / positions % channels, n = i / positions / channels;
        ck_assert(last[(n * positions + p) * channels + c] == first[i]);
    }
    channels_first_from_last((int)batch, (int)channels, (int)positions, last, back);
    compare_bits("there and back", count, first, back);
}
END_TEST

START_TEST(threads) {
    size_t count = 10007;
    float *inputs = array_random(count, 1), *one = array_new(count), *more = array_new(count);
    omp_set_num_threads(1);
    dropout_forward(count, (DropoutKey){3, 0}, 0.3F, inputs, one);
    for (int number = 2; number <= 3; number++) {
        omp_set_num_threads(number);
        dropout_forward(count, (DropoutKey){3, 0}, 0.3F, inputs, more);
        compare_bits("dropout with more threads", count, one, more);
    }
}
END_TEST

TCase *elementwise_tests(void) {
    TCase *tests = tcase_with_cleanup("elementwise");
    tcase_add_loop_test(tests, relu, 0, COUNT_COUNT);
    tcase_add_test(tests, relu_shows_nan);
    tcase_add_test(tests, relu_finite_differences);
    tcase_add_loop_test(tests, addition, 0, COUNT_COUNT);
    tcase_add_test(tests, dropout);
    tcase_add_test(tests, dropout_keys);
    tcase_add_loop_test(tests, padding, 0, PAD_COUNT);
    tcase_add_loop_test(tests, transposition, 0, TRANSPOSED_COUNT);
    tcase_add_test(tests, threads);
    return tests;
}
