/* Backward by backward_walk() and as planned: the same bits. */
#include <omp.h>
#include <stdlib.h>

#include "arrays.h"
#include "cases.h"
#include "expect_error.h"
#include "graph/operation.h"
#include "layers/layers.h"
#include "pieces/graph.h"
#include "random_graph.h"

enum { TESTS = 16, GRAPHS_A_TEST = 15, RUNS = 2 };

/* About a third of the tensors are kept: the same ones for the same number. */
static void compile(const Recording *recording, int number, BackwardWalk *walk) {
    Random random = random_stream(31, (uint64_t)number);
    recording->graph->options.walk = walk;
    for (int i = 0; i < recording->count; i++)
        if (random_below(&random, 3) == 0)
            tensor_keep(recording->recorded[i]);
    graph_compile(recording->graph, recording->target, true);
    for (int i = 0; i < recording->graph->count; i++) {
        Tensor *tensor = recording->graph->tensors[i];
        size_t count = shape_count(tensor->shape);
        if (tensor->operation)
            continue;
        float *values = tensor == recording->labels ? random_integers(&random, count, 0, 2)
                                                    : random_normals(&random, count);
        tensor_write(tensor, values);
        free(values);
    }
}

static void run(const Recording *recording, int number) {
    Random random = random_stream(32, (uint64_t)number);
    float *upstream = random_normals(&random, shape_count(tensor_shape(recording->target)));
    graph_forward(recording->graph);
    graph_backward(recording->graph, upstream);
    free(upstream);
}

/* As bits, but for -0, which equals 0. */
static void assert_same(const float *got, const float *expected, size_t count, int number,
                        const char *what) {
    for (size_t i = 0; i < count; i++)
        if (!(got[i] == expected[i]))
            ck_abort_msg("graph %d: %s(%zu) is %.9g by the walk, %.9g as planned", number, what, i,
                         (double)got[i], (double)expected[i]);
}

static void compare_kept(const Tensor *walked, const Tensor *planned, int number) {
    size_t count = shape_count(planned->shape);
    float *got = memory_new(count, sizeof *got), *expected = memory_new(count, sizeof *expected);
    tensor_read_gradient(walked, got);
    tensor_read_gradient(planned, expected);
    assert_same(got, expected, count, number, planned->name);
    free(got);
    free(expected);
}

static bool holds_gradient(const Tensor *tensor) {
    const Tensor *source = tensor;
    while (source->replaced_by)
        source = source->replaced_by;
    return tensor->kept && !tensor->holds_others && source->gradient;
}

static void check_graph(int number, bool loops) {
    DataFormat format = number / 2 % 2 ? CHANNELS_FIRST : CHANNELS_LAST;
    Recording *planned = random_graph_new(number, format, loops);
    Recording *walked = random_graph_new(number, format, loops);
    compile(planned, number, NULL);
    compile(walked, number, backward_walk);
    for (int times = 0; times < RUNS && planned->graph->target->has_gradient; times++) {
        run(planned, number);
        run(walked, number);
        assert_same(params_gradients(walked->params), params_gradients(planned->params),
                    params_block_count(planned->params), number, "the parameters' gradient");
        for (int i = 0; i < planned->count; i++)
            if (holds_gradient(planned->recorded[i]))
                compare_kept(walked->recorded[i], planned->recorded[i], number);
    }
    random_graph_free(planned);
    random_graph_free(walked);
}

START_TEST(walk_as_planned) {
    omp_set_num_threads(1);
    for (int i = 0; i < GRAPHS_A_TEST; i++)
        check_graph(_i * GRAPHS_A_TEST + i, i % 4 == 3);
}
END_TEST

/* A walk that calls backward before the inputs' gradients have memory. */
static void walk_without_memory(int count, Node *const nodes[]) {
    nodes[count - 1]->backward(nodes[count - 1], (bool[NODE_INPUTS]){false});
}

static void run_without_memory(const void *nothing) {
    (void)nothing;
    Params *params = params_new(1);
    Graph *graph = graph_new(params, (GraphOptions){.walk = walk_without_memory});
    Tensor *inputs = graph_input(graph, "inputs", shape2(2, 3));
    Tensor *outputs = relu(inputs);
    tensor_keep(inputs);
    graph_compile(graph, outputs, true);
    graph_forward(graph);
    graph_backward(graph, NULL);
}

START_TEST(walk_without_memory_ends) {
    expect_error(run_without_memory, NULL, "gradient_take() comes first", NULL);
}
END_TEST

TCase *walk_tests(void) {
    TCase *tests = tcase_create("walk");
    tcase_add_loop_test(tests, walk_as_planned, 0, TESTS);
    tcase_add_test(tests, walk_without_memory_ends);
    return tests;
}
