/* Chapter 14's pattern of a training step: against published counts, and a step by hand. */
#include "cases.h"

#include "14_many_machines/pattern.h"

#include <math.h>

/* ---- recorded networks ---- */

START_TEST(resnet20) {
    Pattern pattern = pattern_new(20);
    ck_assert_int_eq(pattern.side, 28);
    ck_assert_int_eq(pattern.batch_norms, 19);
    ck_assert_uint_eq(pattern.gradients, 273050);
    ck_assert_uint_eq(pattern.moving, 1376);
    pattern_free(&pattern);
}
END_TEST

/* He et al. 2015, table 1: 3.8 * 10^9 multiply-adds, with the strides on the first 1x1; on the 3x3
 * they are a tenth more. Three batch norms in each of 16 blocks, and one behind them. */
START_TEST(resnet50) {
    Pattern pattern = pattern_new(50);
    ck_assert_int_eq(pattern.side, 224);
    ck_assert_int_eq(pattern.batch_norms, 16 * 3 + 1);
    ck_assert_uint_eq(pattern.gradients, 25575912);
    ck_assert(pattern.multiply_adds > 3.8e9 && pattern.multiply_adds < 1.12 * 3.8e9);
    size_t channels = 0;
    for (int i = 0; i < pattern.count; i++)
        channels += (size_t)pattern.layers[i].channels;
    ck_assert_uint_eq(2 * channels, pattern.moving);
    pattern_free(&pattern);
}
END_TEST

/* ---- a step by hand ---- */

static PatternLayer layers[] = {
    {.multiply_adds = 1, .gradients = 100},
    {.gradients = 8, .channels = 4},
    {.multiply_adds = 2, .gradients = 300},
};
static const Pattern small = {
    .layers = layers, .count = 3, .multiply_adds = 3, .gradients = 408, .moving = 8};

/* Two nodes: n doubles are combined in 0.1 + n / 500 seconds, n floats summed up in 0.2 + n / 1000.
 * Nine seconds are 1 and 2 forward, 4 and 2 backward. */
static double seconds_of(bool ghost, int buckets) {
    Step step = {.pattern = &small, .seconds = 9, .ghost = ghost, .buckets = buckets};
    return step_seconds(&step, (Link){.latency = 0.1, .bytes = 4000}, 2);
}

START_TEST(one_after_the_other) {
    /* 9, twice the statistics, the loss, gradients and moving averages */
    ck_assert_double_eq_tol(seconds_of(false, 1), 9 + 2 * 0.116 + 0.102 + 0.608 + 0.208, 1e-12);
    ck_assert_double_eq_tol(seconds_of(true, 1), 9 + 0.102 + 0.608 + 0.208, 1e-12);
}
END_TEST

START_TEST(with_overlap) {
    /* The first 300 gradients' sum takes 0.5 of the last layer's 2 seconds; 108 are left. */
    ck_assert_double_eq_tol(seconds_of(false, 2), 9 + 2 * 0.116 + 0.102 + 0.308, 1e-12);
    ck_assert_double_eq_tol(seconds_of(true, 2), 9 + 0.102 + 0.308, 1e-12);
}
END_TEST

/* A network so slow that sums wait for each other: the moving averages' begins after the loss, in
 * second 3 + 100 + 2. */
START_TEST(sums_in_a_queue) {
    Step step = {.pattern = &small, .seconds = 9, .ghost = true, .buckets = 2};
    double loss = 100.002, moving = 200.008, first = 200.3, second = 200.108;
    ck_assert_double_eq_tol(step_seconds(&step, (Link){.latency = 100, .bytes = 4000}, 2),
                            3 + loss + moving + first + second, 1e-9);
}
END_TEST

START_TEST(a_node_alone) {
    Step step = {.pattern = &small, .seconds = 9, .buckets = 1};
    ck_assert_double_eq_tol(step_seconds(&step, (Link){.latency = 1, .bytes = 1}, 1), 9, 1e-12);
}
END_TEST

/* ---- what a step sums up ---- */

typedef struct Seen {
    double seconds;
    size_t floats;
    int sums, combines;
} Seen;

static void see_compute(void *context, double seconds) {
    ((Seen *)context)->seconds += seconds;
}

static void see_combine(void *context, int count) {
    ((Seen *)context)->combines += count > 0;
}

static void see_sum(void *context, size_t count) {
    ((Seen *)context)->floats += count;
    ((Seen *)context)->sums++;
}

START_TEST(every_gradient_once) {
    static const StepEvents events = {see_compute, see_combine, see_sum};
    static const int buckets[] = {1, 3, 16, 1000};
    Pattern pattern = pattern_new(50);
    Step step = {.pattern = &pattern, .seconds = 2, .buckets = buckets[_i]};
    Seen seen = {0};
    step_walk(&step, &events, &seen);
    ck_assert_double_eq_tol(seen.seconds, 2, 1e-9);
    ck_assert_int_eq(seen.combines, 2 * 49 + 1);
    ck_assert_uint_eq(seen.floats, pattern.gradients + pattern.moving);
    ck_assert(seen.sums >= 2 && seen.sums <= buckets[_i] + 1);
    pattern_free(&pattern);
}
END_TEST

TCase *pattern_tests(void) {
    TCase *tests = tcase_create("pattern");
    tcase_add_test(tests, resnet20);
    tcase_add_test(tests, resnet50);
    tcase_add_test(tests, one_after_the_other);
    tcase_add_test(tests, with_overlap);
    tcase_add_test(tests, sums_in_a_queue);
    tcase_add_test(tests, a_node_alone);
    tcase_add_loop_test(tests, every_gradient_once, 0, 4);
    return tests;
}
