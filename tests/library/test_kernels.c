/* The suite of common/kernels, but for the convolution's. */
#include "cases.h"

#include "graph/operation.h"
#include "layers/layers.h"

Suite *kernels_suite(void);

/* All that layers.h records, but for flatten(): that moves values and computes nothing. */
static void record_each(Graph *graph) {
    Tensor *images = graph_input(graph, "images", shape4(2, 6, 6, 3));
    Tensor *labels = graph_input(graph, "labels", shape1(2));
    Tensor *targets = graph_input(graph, "targets", shape4(2, 1, 1, 3));
    PoolOptions pool = {.pool_size = 2};
    const int paddings[4][2] = {{0, 0}, {1, 1}, {1, 1}, {0, 0}};
    Tensor *outputs =
        conv2d(pad(images, paddings), (Conv2DOptions){.filters = 3, .kernel_size = 3});
    outputs = relu(batch_normalization(outputs, (BatchNormOptions){.is_training = true}));
    outputs = average_pool2d(max_pool2d(dropout(add(outputs, images), 0.5f, true), pool), pool);
    outputs = global_average_pool2d(outputs);
    mean_squared_error(outputs, targets);
    softmax_cross_entropy(dense(flatten(outputs), (DenseOptions){.units = 4}), labels, 0);
}

/* A graph of loops runs on no vectorised kernel. */
START_TEST(every_operation_has_loops) {
    Params *params = params_new(0);
    Graph *graph = graph_new(params, (GraphOptions){.loops = true});
    record_each(graph);
    ck_assert_int_eq(graph->count, 3 + 13);
    for (int i = 0; i < graph->count; i++) {
        const Operation *operation = graph->tensors[i]->operation;
        if (!operation || operation->is_view)
            continue;
        ck_assert_msg(operation->loops_forward, "%s has no loops forward", operation->name);
        ck_assert_msg(!operation->backward == !operation->loops_backward,
                      "%s: its loops have another backward pass", operation->name);
    }
    graph_free(graph);
    params_free(params);
}
END_TEST

Suite *kernels_suite(void) {
    Suite *suite = suite_create("kernels");
    TCase *loops = tcase_create("loops");
    tcase_add_test(loops, every_operation_has_loops);
    suite_add_tcase(suite, loops);
    suite_add_tcase(suite, batch_norm_tests());
    suite_add_tcase(suite, batch_norm_loops_tests());
    suite_add_tcase(suite, elementwise_tests());
    suite_add_tcase(suite, loss_tests());
    suite_add_tcase(suite, pool_tests());
    return suite;
}
