/* Tests of dropout: what it drops, how it scales, and that backward drops the same. */
#include <math.h>
#include <stdlib.h>

#include "arrays.h"
#include "base/memory.h"
#include "cases.h"
#include "cleanup.h"
#include "layers/layers.h"

enum { ROWS = 100, COLUMNS = 203, COUNT = ROWS * COLUMNS };

typedef struct Dropped {
    Params *params;
    Graph *graph;
    Tensor *inputs, *outputs;
    float *given, *upstream, *values, *gradient;
} Dropped;

static Dropped dropped_new(float rate, uint64_t seed, bool loops) {
    Random random = random_stream(7, 0);
    Dropped dropped = {.params = params_new(0),
                       .given = random_spaced(&random, COUNT, 0.01f), /* no zeros */
                       .upstream = random_spaced(&random, COUNT, 0.01f),
                       .values = memory_new(COUNT, sizeof(float)),
                       .gradient = memory_new(COUNT, sizeof(float))};
    dropped.graph = graph_new(dropped.params, (GraphOptions){.loops = loops, .seed = seed});
    dropped.inputs = graph_input(dropped.graph, "inputs", shape2(ROWS, COLUMNS));
    tensor_keep(dropped.inputs);
    dropped.outputs = dropout(dropped.inputs, rate, true);
    graph_compile(dropped.graph, dropped.outputs, true);
    tensor_write(dropped.inputs, dropped.given);
    return dropped;
}

static void run(Dropped *dropped) {
    graph_forward(dropped->graph);
    graph_backward(dropped->graph, dropped->upstream);
    tensor_read(dropped->outputs, dropped->values);
    tensor_read_gradient(dropped->inputs, dropped->gradient);
}

static void dropped_free(Dropped *dropped) {
    graph_free(dropped->graph);
    params_free(dropped->params);
    free(dropped->given);
    free(dropped->upstream);
    free(dropped->values);
    free(dropped->gradient);
}

static const float rates[] = {0.1f, 0.5f, 0.8f};

START_TEST(dropout_drops_scales_and_backward_drops_the_same) {
    float rate = rates[_i / 2];
    Dropped dropped = dropped_new(rate, 3, _i % 2);
    for (int times = 0; times < 3; times++) {
        run(&dropped);
        int zeros = 0, wrong = 0;
        for (int i = 0; i < COUNT; i++) {
            bool zero = dropped.values[i] == 0;
            float expected = zero ? 0 : dropped.given[i] / (1 - rate);
            float expected_gradient = zero ? 0 : dropped.upstream[i] / (1 - rate);
            wrong += !(fabsf(dropped.values[i] - expected) <= 1e-6f * fabsf(expected));
            wrong += !(fabsf(dropped.gradient[i] - expected_gradient) <=
                       1e-6f * fabsf(expected_gradient));
            zeros += zero;
        }
        ck_assert_int_eq(wrong, 0);
        double deviation = sqrt((double)COUNT * rate * (1 - rate));
        ck_assert_double_lt(fabs(zeros - (double)COUNT * rate), 5 * deviation);
    }
    dropped_free(&dropped);
}
END_TEST

/* How many values are dropped by both or by neither. */
static int count_agreements(const float *one, const float *other) {
    int agreements = 0;
    for (int i = 0; i < COUNT; i++)
        agreements += (one[i] == 0) == (other[i] == 0);
    return agreements;
}

START_TEST(dropout_masks_are_independent) {
    Dropped dropped = dropped_new(0.5f, 3, false), again = dropped_new(0.5f, 3, true),
            other = dropped_new(0.5f, 4, false);
    run(&dropped);
    run(&again);
    run(&other);
    ck_assert_int_eq(count_agreements(dropped.values, again.values), COUNT);
    double allowed = 5 * sqrt(COUNT) / 2;
    ck_assert_double_lt(fabs(count_agreements(dropped.values, other.values) - COUNT / 2.0),
                        allowed);
    run(&dropped); /* another run, another mask */
    ck_assert_double_lt(fabs(count_agreements(dropped.values, again.values) - COUNT / 2.0),
                        allowed);
    run(&again);
    ck_assert(same_bits(dropped.values, again.values, COUNT));
    dropped_free(&dropped);
    dropped_free(&again);
    dropped_free(&other);
}
END_TEST

/* The mask of two layers of one graph: add(dropout(x), dropout(x)) is 0, x / (1 - rate) or twice
 * that, with probabilities 1/4, 1/2, 1/4 at rate 1/2. */
START_TEST(dropout_layers_drop_independently) {
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){.seed = 5});
    Tensor *inputs = graph_input(graph, "inputs", shape2(ROWS, COLUMNS));
    Tensor *sum = add(dropout(inputs, 0.5f, true), dropout(inputs, 0.5f, true));
    graph_compile(graph, sum, false);
    float *values = memory_new(COUNT, sizeof *values);
    for (int i = 0; i < COUNT; i++)
        values[i] = 1;
    tensor_write(inputs, values);
    graph_forward(graph);
    tensor_read(sum, values);
    int counts[3] = {0};
    for (int i = 0; i < COUNT; i++)
        counts[(int)values[i] / 2]++;
    ck_assert_double_lt(fabs(counts[0] - COUNT / 4.0), 5 * sqrt(COUNT * 3.0 / 16));
    ck_assert_double_lt(fabs(counts[1] - COUNT / 2.0), 5 * sqrt(COUNT / 4.0));
    free(values);
}
END_TEST

START_TEST(dropout_is_the_identity_when_not_training) {
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){0});
    Tensor *inputs = graph_input(graph, "inputs", shape2(ROWS, COLUMNS));
    ck_assert_ptr_eq(dropout(inputs, 0.5f, false), inputs);
    ck_assert_ptr_eq(dropout(inputs, 0, true), inputs);
}
END_TEST

/* Dropout of images in one data format on one set of kernels: which of the values (n, h, w, c) are
 * dropped, in that order. */
static void images_dropped(DataFormat format, bool loops, bool dropped[COUNT]) {
    enum { BATCH = 4, HEIGHT = 25, WIDTH = 29, CHANNELS = 7 };
    _Static_assert(BATCH * HEIGHT * WIDTH * CHANNELS == COUNT, "as many values as elsewhere");
    Params *params = params_new(0);
    Graph *graph =
        graph_new(params, (GraphOptions){.data_format = format, .loops = loops, .seed = 6});
    Tensor *inputs =
        graph_input(graph, "inputs", shape_image(format, BATCH, HEIGHT, WIDTH, CHANNELS));
    Tensor *outputs = dropout(inputs, 0.5f, true);
    graph_compile(graph, outputs, false);
    float *values = memory_new(COUNT, sizeof *values);
    for (int i = 0; i < COUNT; i++)
        values[i] = 1;
    tensor_write(inputs, values);
    graph_forward(graph);
    tensor_read(outputs, values);
    for (int i = 0; i < COUNT; i++) {
        int c = i % CHANNELS, x = i / CHANNELS % WIDTH, y = i / CHANNELS / WIDTH % HEIGHT;
        int n = i / CHANNELS / WIDTH / HEIGHT;
        dropped[i] = values[image_index(format, HEIGHT, WIDTH, CHANNELS, n, y, x, c)] == 0;
    }
    free(values);
    graph_free(graph);
    params_free(params);
}

START_TEST(dropout_masks_go_by_index_not_by_memory) {
    static bool expected[COUNT], dropped[COUNT];
    images_dropped(CHANNELS_LAST, false, expected);
    for (int i = 0; i < 3; i++) {
        images_dropped(i < 2 ? CHANNELS_FIRST : CHANNELS_LAST, i >= 1, dropped);
        ck_assert_mem_eq(dropped, expected, sizeof expected);
    }
}
END_TEST

TCase *dropout_tests(void) {
    TCase *tests = tcase_with_cleanup("dropout");
    tcase_add_loop_test(tests, dropout_drops_scales_and_backward_drops_the_same, 0, 6);
    tcase_add_test(tests, dropout_masks_are_independent);
    tcase_add_test(tests, dropout_layers_drop_independently);
    tcase_add_test(tests, dropout_masks_go_by_index_not_by_memory);
    tcase_add_test(tests, dropout_is_the_identity_when_not_training);
    return tests;
}
