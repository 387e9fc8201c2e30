/* The worked examples of chapter 14's lesson. */
#include "worked.h"

#include "14_many_machines/crew.h"
#include "14_many_machines/link.h"
#include "14_many_machines/pattern.h"
#include "14_many_machines/sums.h"
#include "base/memory.h"
#include "kernels/batch_norm.h"
#include "pieces/parallel.h"

#include <stdlib.h>

/* ---- orders ---- */

START_TEST(three_orders) {
    volatile float in_order = 0; /* volatile: added one by one */
    float tree[] = {16777216, 1, 1, -16777216}, ends_first[] = {16777216, -16777216, 1, 1};
    for (int g = 0; g < 4; g++)
        in_order = in_order + tree[g];
    tree_sum(4, 1, tree);
    tree_sum(4, 1, ends_first);
    ck_assert_float_eq(in_order, 0);
    ck_assert_float_eq(tree[0], 1);
    ck_assert_float_eq(ends_first[0], 2);
}
END_TEST

/* Four processes, of which each has one number four times. */
START_TEST(pieces_of_a_ring) {
    float values[16];
    for (int i = 0; i < 16; i++)
        values[i] = (float[]){16777216, 1, 1, -16777216}[i / 4];
    const Gradients gradients = {.groups = 4, .count = 4, .values = values};
    const double pieces[] = {0, 2, 2, 2};
    float *ring = sum_around_ring(&gradients, 4);
    expect_near(ring, 4, pieces, 0);
    free(ring);
}
END_TEST

START_TEST(shares) {
    BatchShare share;
    ck_assert_int_eq(share_batch(128, 8, 2, 4, &share), SHARE_FITS);
    ck_assert_int_eq(share.first_group, 4);
    ck_assert_int_eq(share.first_group + share.groups - 1, 5);
    ck_assert_int_eq(share.first_image, 64);
    ck_assert_int_eq(share.first_image + share.images - 1, 95);
    ck_assert_int_eq(share_batch(256, 16, 3, 4, &share), SHARE_FITS);
    ck_assert_int_eq(share.first_group, 12);
    ck_assert_int_eq(share.first_group + share.groups - 1, 15);
    ck_assert_int_eq(share.first_image, 192);
    ck_assert_int_eq(share.first_image + share.images - 1, 255);
}
END_TEST

START_TEST(statistics_of_two_groups) {
    const float inputs[] = {1, 3, 5, 9};
    BatchNormSize size = {.positions = 4, .channels = 1, .groups = {.count = 2}};
    void *workspace = memory_new(batch_norm_workspace(size), 1);
    float mean, variance;
    batch_norm_statistics(size, inputs, &mean, &variance, workspace);
    ck_assert_float_eq(mean, 4.5F);
    ck_assert_float_eq(variance, 8.75F);
    free(workspace);
}
END_TEST

/* ---- processes ---- */

static void step_of_two(void *context, const Communicator *communicator) {
    (void)context;
    bool is_first = communicator->rank == 0;
    float gradient = is_first ? (4.0F + 8) / 4 : (-2.0F + 6) / 4, moving = is_first ? 1 : 2, room;
    synchronize_replicas(communicator, 1, &gradient, 1, &moving, &room);
    ck_assert_float_eq(gradient, (4.0F + 8 - 2 + 6) / 4);
    ck_assert_float_eq(moving, 1.5F);
}

static void sum_of_two(void *context, const Communicator *communicator) {
    (void)context;
    float values[2][4] = {{1, 2, 3, 4}, {10, 20, 30, 40}}, room[2];
    const double sums[] = {11, 22, 33, 44};
    float *own = values[communicator->rank];
    all_reduce(communicator, 4, own, room);
    expect_near(own, 4, sums, 0);
}

/* A communicator's exchange, and how many bytes it was given. */
typedef struct Counter {
    const Communicator *inner;
    size_t bytes;
} Counter;

static void count_bytes(const Communicator *communicator, int partner, size_t sent_bytes,
                        const void *sent, size_t received_bytes, void *received) {
    Counter *counter = communicator->context;
    counter->bytes += sent_bytes;
    counter->inner->exchange(counter->inner, partner, sent_bytes, sent, received_bytes, received);
}

static void twelve_values_sent(void *context, const Communicator *communicator) {
    (void)context;
    Counter counter = {.inner = communicator};
    Communicator counted = {communicator->rank, communicator->size, count_bytes, &counter};
    float values[8] = {0}, room[4];
    all_reduce(&counted, 8, values, room);
    ck_assert_uint_eq(counter.bytes, 12 * sizeof(float));
}

START_TEST(processes) {
    crew_run(2, step_of_two, NULL);
    crew_run(2, sum_of_two, NULL);
    crew_run(4, twelve_values_sent, NULL);
}
END_TEST

/* ---- costs ---- */

START_TEST(costs) {
    const double milliseconds = 1e3, gradients = 273050 * 4, half_a_digit = 0.005;
    Link link = {.latency = 10e-6, .bytes = 1.25e9};
    ck_assert_double_eq_tol(milliseconds * gradients / link.bytes, 0.87, half_a_digit);
    ck_assert_double_eq_tol(milliseconds * ring_seconds(link, 16, gradients), 1.94, half_a_digit);
    double halving = milliseconds * halving_seconds(link, 16, gradients);
    ck_assert_double_eq_tol(halving, 1.72, half_a_digit);
    ck_assert_double_eq_tol(milliseconds * ring_seconds(link, 1024, gradients), 22.2, 0.05);
    ck_assert_double_eq_tol(milliseconds * halving_seconds(link, 1024, gradients), 1.95,
                            half_a_digit);
    double statistics = milliseconds * 38 * 4 * link.latency;
    ck_assert_double_eq_tol(statistics, 1.52, half_a_digit);
    ck_assert_double_eq_tol(6 / (6 + halving), 0.78, half_a_digit);
    ck_assert_double_eq_tol(48 / (48 + halving), 0.97, half_a_digit);
    ck_assert_double_eq_tol(6 / (6 + halving + statistics), 0.65, half_a_digit);
    ck_assert_double_eq_tol(48 / (48 + halving + statistics), 0.94, half_a_digit);
}
END_TEST

/* ResNet-50 on 256 machines at 25 Gbit/s, and ResNet-20's latency. */
START_TEST(simulated_machines) {
    const double milliseconds = 1e3, half_a_digit = 0.005;
    const int levels = 8;
    Link link = {.latency = 10e-6, .bytes = 3.125e9};
    Pattern pattern = pattern_new(50);
    double waits = milliseconds * 2 * pattern.batch_norms * levels * link.latency;
    ck_assert_double_eq_tol(waits, 7.84, half_a_digit);
    double channels = (double)pattern.moving / 2, gradients = (double)pattern.gradients * 4;
    ck_assert_double_eq(channels, 22720);
    double bytes = milliseconds * channels * 2 * 16 * levels / link.bytes;
    ck_assert_double_eq_tol(bytes, 1.86, half_a_digit);
    ck_assert_double_eq_tol(channels / pattern.batch_norms, 464, 0.5);
    double sum = 2.0 * 255 / 256 * gradients;
    ck_assert_double_eq_tol(milliseconds * sum / link.bytes, 65, 0.5);
    ck_assert_double_eq_tol(milliseconds * sum / 1.25e9, 163, 0.5);
    pattern_free(&pattern);
}
END_TEST

TCase *worked_machine_tests(void) {
    TCase *tests = tcase_with_cleanup("lesson on many machines");
    tcase_add_test(tests, three_orders);
    tcase_add_test(tests, pieces_of_a_ring);
    tcase_add_test(tests, shares);
    tcase_add_test(tests, statistics_of_two_groups);
    if (CREW_MOST >= 4)
        tcase_add_test(tests, processes);
    tcase_add_test(tests, costs);
    tcase_add_test(tests, simulated_machines);
    return tests;
}
