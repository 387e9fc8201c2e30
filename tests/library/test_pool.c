/* Pooling: vectorised and plain against a float64 reference that goes by the definition, in both
 * data formats; finite differences; threads. */
#include <math.h>
#include <omp.h>

#include "cases.h"
#include "compare.h"
#include "kernels/naive.h"
#include "kernels/pool.h"

static const double TOLERANCE = 1e-6; /* of the sum of the absolute values of the terms */

/* batch, in_height, in_width, channels, out_height, out_width, pool_size, strides, pad_top,
 * pad_left */
static const PoolShape SHAPES[] = {
    {CHANNELS_LAST, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0},
    {CHANNELS_LAST, 2, 6, 8, 3, 3, 4, 2, 2, 0, 0},      /* 2/2 VALID */
    {CHANNELS_LAST, 2, 7, 9, 16, 3, 4, 2, 2, 0, 0},     /* a rest that no window reaches */
    {CHANNELS_LAST, 3, 12, 10, 17, 6, 5, 3, 2, 0, 0},   /* 3/2 SAME, even: 0 before, 1 after */
    {CHANNELS_LAST, 1, 7, 5, 64, 4, 3, 3, 2, 1, 1},     /* 3/2 SAME, odd: 1 and 1 */
    {CHANNELS_LAST, 2, 7, 8, 65, 4, 4, 3, 2, 1, 0},     /* odd and even */
    {CHANNELS_LAST, 2, 8, 8, 130, 4, 4, 3, 2, 1, 1},    /* 3/2 symmetric */
    {CHANNELS_LAST, 1, 6, 5, 1, 6, 5, 3, 1, 1, 1},      /* 3/1 SAME */
    {CHANNELS_LAST, 2, 9, 9, 5, 3, 3, 1, 3, 0, 0},      /* windows with gaps between */
    {CHANNELS_LAST, 3, 7, 7, 33, 1, 1, 7, 7, 0, 0},     /* the whole map */
    {CHANNELS_LAST, 2, 3, 5, 70, 1, 1, 5, 5, 1, 0},     /* the whole map, not square */
    {CHANNELS_LAST, 1, 20, 17, 2, 3, 2, 15, 3, 1, 0},   /* the largest window */
    {CHANNELS_LAST, 2, 48, 48, 64, 24, 24, 3, 2, 0, 0}, /* of a ResNet on 96 x 96 */
};
enum { SHAPE_COUNT = sizeof SHAPES / sizeof *SHAPES };

static size_t in_count_of(const PoolShape *s) {
    return (size_t)s->batch * s->in_height * s->in_width * s->channels;
}

static size_t out_count_of(const PoolShape *s) {
    return (size_t)s->batch * s->out_height * s->out_width * s->channels;
}

/* What is to come of a shape. */
typedef struct Expected {
    double *largest, *mean, *size, *d_largest, *d_mean, *d_mean_size;
    uint8_t *winners;
} Expected;

/* The input that the window of an output has at (r, q), or -1 for padding. */
static long place_of(const PoolShape *s, size_t output, int r, int q) {
    long c = (long)(output % s->channels), x = (long)(output / s->channels % s->out_width);
    long y = (long)(output / s->channels / s->out_width % s->out_height);
    long n = (long)(output / s->channels / s->out_width / s->out_height);
    long i = y * s->strides + r - s->pad_top, j = x * s->strides + q - s->pad_left;
    bool inside = i >= 0 && i < s->in_height && j >= 0 && j < s->in_width;
    return inside ? ((n * s->in_height + i) * s->in_width + j) * s->channels + c : -1;
}

static Expected expected_new(const PoolShape *s, const float *inputs, const float *d_outputs) {
    size_t in = in_count_of(s), out = out_count_of(s);
    Expected expected = {doubles_new(out),       doubles_new(out), doubles_new(out),
                         doubles_new(in),        doubles_new(in),  doubles_new(in),
                         memory_for_test(out, 1)};
    for (size_t o = 0; o < out; o++) {
        double largest = -INFINITY;
        long winner = -1, count = 0;
        for (int tap = 0; tap < s->pool_size * s->pool_size; tap++) {
            long place = place_of(s, o, tap / s->pool_size, tap % s->pool_size);
            if (place < 0)
                continue;
            count++;
            expected.mean[o] += inputs[place];
            expected.size[o] += fabsf(inputs[place]);
            if (inputs[place] > largest) {
                largest = inputs[place];
                winner = place;
                expected.winners[o] = (uint8_t)tap;
            }
        }
        expected.largest[o] = largest;
        expected.d_largest[winner] += d_outputs[o];
        expected.mean[o] /= (double)count;
        expected.size[o] /= (double)count;
        for (int tap = 0; tap < s->pool_size * s->pool_size; tap++) {
            long place = place_of(s, o, tap / s->pool_size, tap % s->pool_size);
            if (place >= 0) {
                expected.d_mean[place] += d_outputs[o] / (double)count;
                expected.d_mean_size[place] += fabsf(d_outputs[o]) / (double)count;
            }
        }
    }
    return expected;
}

typedef struct Results {
    float *largest, *mean, *d_largest, *d_mean;
    uint8_t *winners;
} Results;

static Results results_new(const PoolShape *s) {
    size_t in = in_count_of(s), out = out_count_of(s);
    return (Results){array_new(out), array_new(out), array_new(in), array_new(in),
                     memory_for_test(out, 1)};
}

static Results run_vectorised(const PoolShape *s, const float *inputs, const float *d_outputs) {
    Results results = results_new(s);
    max_pool_forward(s, inputs, results.largest, results.winners);
    max_pool_backward(s, results.winners, d_outputs, results.d_largest);
    average_pool_forward(s, inputs, results.mean);
    average_pool_backward(s, d_outputs, results.d_mean);
    return results;
}

static Results run_naive(const PoolShape *s, const float *inputs, const float *d_outputs) {
    Results results = results_new(s);
    max_pool_forward_naive(s, inputs, results.largest, results.winners);
    max_pool_backward_naive(s, results.winners, d_outputs, results.d_largest);
    average_pool_forward_naive(s, inputs, results.mean);
    average_pool_backward_naive(s, d_outputs, results.d_mean);
    return results;
}

/* Results in channels_last order, but for the winners. */
static Results run_naive_channels_first(const PoolShape *s, const float *inputs,
                                        const float *d_outputs) {
    PoolShape first = *s;
    first.format = CHANNELS_FIRST;
    int batch = s->batch, channels = s->channels;
    int in = s->in_height * s->in_width, out = s->out_height * s->out_width;
    Results results = run_naive(&first, array_transposed(batch, in, channels, inputs),
                                array_transposed(batch, out, channels, d_outputs));
    return (Results){array_transposed(batch, channels, out, results.largest),
                     array_transposed(batch, channels, out, results.mean),
                     array_transposed(batch, channels, in, results.d_largest),
                     array_transposed(batch, channels, in, results.d_mean), results.winners};
}

static void compare_results(const PoolShape *s, const Expected *expected, Results results) {
    size_t in = in_count_of(s), out = out_count_of(s);
    compare_arrays("largest", out, expected->largest, NULL, results.largest, 0);
    compare_arrays("d_inputs of the largest", in, expected->d_largest, NULL, results.d_largest,
                   TOLERANCE * 10); /* at most 9 gradients of order 1 */
    compare_arrays("mean", out, expected->mean, expected->size, results.mean, TOLERANCE);
    compare_arrays("d_inputs of the mean", in, expected->d_mean, expected->d_mean_size,
                   results.d_mean, TOLERANCE);
}

static void check_pool(const PoolShape *s, const float *inputs) {
    float *d_outputs = array_random(out_count_of(s), 2);
    Expected expected = expected_new(s, inputs, d_outputs);
    Results vectorised = run_vectorised(s, inputs, d_outputs);
    Results naive = run_naive(s, inputs, d_outputs);
    compare_bytes("winners", out_count_of(s), expected.winners, vectorised.winners);
    compare_bytes("winners, naive", out_count_of(s), expected.winners, naive.winners);
    compare_results(s, &expected, vectorised);
    compare_results(s, &expected, naive);
    compare_results(s, &expected, run_naive_channels_first(s, inputs, d_outputs));

    float *evaluated = array_new(out_count_of(s)); /* without winners */
    max_pool_forward(s, inputs, evaluated, NULL);
    compare_arrays("largest, no winners", out_count_of(s), expected.largest, NULL, evaluated, 0);
    max_pool_forward_naive(s, inputs, evaluated, NULL);
    compare_arrays("largest, naive", out_count_of(s), expected.largest, NULL, evaluated, 0);
}

START_TEST(random_values) {
    float *inputs = array_random(in_count_of(&SHAPES[_i]), 1);
    check_pool(&SHAPES[_i], inputs);
}
END_TEST

/* Many equal values: the first of them wins. All below zero: padding never wins. */
START_TEST(ties_below_zero) {
    float *inputs = array_random(in_count_of(&SHAPES[_i]), 1);
    for (size_t i = 0; i < in_count_of(&SHAPES[_i]); i++)
        inputs[i] = inputs[i] > 0 ? -1 : -2;
    check_pool(&SHAPES[_i], inputs);
}
END_TEST

typedef struct Differentiated {
    const PoolShape *shape;
    const float *inputs, *upstream;
} Differentiated;

static double max_loss(void *context) {
    const Differentiated *function = context;
    float *outputs = array_new(out_count_of(function->shape));
    max_pool_forward_naive(function->shape, function->inputs, outputs, NULL);
    double loss = upstream_loss(out_count_of(function->shape), outputs, function->upstream);
    return loss;
}

static double mean_loss(void *context) {
    const Differentiated *function = context;
    float *outputs = array_new(out_count_of(function->shape));
    average_pool_forward_naive(function->shape, function->inputs, outputs);
    double loss = upstream_loss(out_count_of(function->shape), outputs, function->upstream);
    return loss;
}

/* All inputs lie at least 0.1 apart, so no step of 0.03 makes another one the largest. */
START_TEST(finite_differences) {
    PoolShape shape = SHAPES[_i];
    shape.channels = 1 + shape.channels % 3;
    size_t count = in_count_of(&shape);
    float *inputs = array_new(count), *upstream = array_random(out_count_of(&shape), 2);
    for (size_t i = 0; i < count; i++)
        inputs[i] = 0.1F * (float)(i * 7919 % count); /* 7919 is a prime that divides no count */
    Results results = run_naive(&shape, inputs, upstream);
    Differentiated function = {&shape, inputs, upstream};
    compare_gradient("largest", count, inputs, results.d_largest, max_loss, &function, 0.03, 1e-3);
    compare_gradient("mean", count, inputs, results.d_mean, mean_loss, &function, 0.5, 1e-3);
}
END_TEST

START_TEST(threads) {
    const PoolShape *s = &SHAPES[_i];
    float *inputs = array_random(in_count_of(s), 1), *d_outputs = array_random(out_count_of(s), 2);
    omp_set_num_threads(1);
    Results one = run_vectorised(s, inputs, d_outputs);
    for (int number = 2; number <= 3; number++) {
        omp_set_num_threads(number);
        Results more = run_vectorised(s, inputs, d_outputs);
        compare_bits("largest", out_count_of(s), one.largest, more.largest);
        compare_bits("mean", out_count_of(s), one.mean, more.mean);
        compare_bits("d_inputs of the largest", in_count_of(s), one.d_largest, more.d_largest);
        compare_bits("d_inputs of the mean", in_count_of(s), one.d_mean, more.d_mean);
    }
}
END_TEST

TCase *pool_tests(void) {
    TCase *tests = tcase_with_cleanup("pool");
    tcase_add_loop_test(tests, random_values, 0, SHAPE_COUNT);
    tcase_add_loop_test(tests, ties_below_zero, 0, SHAPE_COUNT);
    tcase_add_loop_test(tests, finite_differences, 0, SHAPE_COUNT - 1); /* the last is large */
    tcase_add_loop_test(tests, threads, 0, SHAPE_COUNT);
    return tests;
}
