/* Tests of common/graph: names, scopes, the store of parameters, reading and writing. */
#include "cases.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arrays.h"
#include "base/memory.h"
#include "cleanup.h"
#include "graph/inspect.h"
#include "layers/layers.h"

Suite *graph_suite(void);

static Tensor *conv3x3(Tensor *inputs, int filters, const char *name) {
    return conv2d(inputs,
                  (Conv2DOptions){
                      .filters = filters, .kernel_size = 3, .padding = PADDING_SAME, .name = name});
}

/* ---- names and scopes ---- */

static Tensor *in_scope(Tensor *inputs, int index, bool leave_early) {
    SCOPE(inputs, "block%d", index);
    if (leave_early)
        return relu(inputs);
    SCOPE(inputs, "inner");
    return relu(relu(inputs));
}

START_TEST(names_follow_the_scopes) {
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){0});
    Tensor *inputs = graph_input(graph, "images", shape4(1, 4, 4, 2));
    ck_assert_str_eq(tensor_name(inputs), "images");
    ck_assert_str_eq(tensor_name(in_scope(inputs, 0, true)), "block0/relu");
    ck_assert_str_eq(tensor_name(in_scope(inputs, 1, false)), "block1/inner/relu_1");
    ck_assert_str_eq(tensor_name(relu(inputs)), "relu");
    ck_assert_str_eq(tensor_name(relu(inputs)), "relu_1");
    {
        SCOPE(inputs, "outer");
        ck_assert_str_eq(tensor_name(in_scope(inputs, 2, false)), "outer/block2/inner/relu_1");
        ck_assert_str_eq(tensor_name(relu(inputs)), "outer/relu");
    }
    ck_assert_str_eq(tensor_name(relu(inputs)), "relu_2");
}
END_TEST

START_TEST(tensors_are_found_by_their_names) {
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){0});
    Tensor *inputs = graph_input(graph, "images", shape4(1, 4, 4, 2));
    Tensor *inner = in_scope(inputs, 1, false), *outer = relu(inputs);
    ck_assert_ptr_eq(graph_find(graph, "images"), inputs);
    ck_assert_ptr_eq(graph_find(graph, "block1/inner/relu_1"), inner);
    ck_assert_ptr_eq(graph_find(graph, "relu"), outer);
    ck_assert_ptr_null(graph_find(graph, "block1/inner"));
    ck_assert_ptr_null(graph_find(graph, "relu_1"));
}
END_TEST

START_TEST(names_are_numbered_by_operation) {
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){0});
    Tensor *inputs = graph_input(graph, NULL, shape4(1, 4, 4, 2));
    ck_assert_str_eq(tensor_name(inputs), "input");
    ck_assert_str_eq(tensor_name(conv3x3(inputs, 2, NULL)), "conv2d");
    ck_assert_str_eq(tensor_name(conv3x3(inputs, 2, "conv2d_1")), "conv2d_1"); /* taken by hand */
    ck_assert_str_eq(tensor_name(conv3x3(inputs, 2, NULL)), "conv2d_2");
    ck_assert_str_eq(tensor_name(batch_normalization(inputs, (BatchNormOptions){0})),
                     "batch_normalization");
    ck_assert_str_eq(tensor_name(max_pool2d(inputs, (PoolOptions){.pool_size = 2})),
                     "max_pooling2d");
    ck_assert_str_eq(tensor_name(average_pool2d(inputs, (PoolOptions){.pool_size = 2})),
                     "average_pooling2d");
    Tensor *features = flatten(inputs);
    ck_assert_str_eq(tensor_name(features), "flatten");
    ck_assert_str_eq(tensor_name(dense(features, (DenseOptions){.units = 2})), "dense");
    ck_assert_str_eq(tensor_name(dense(features, (DenseOptions){.units = 2, .name = "logits"})),
                     "logits");
    ck_assert_ptr_nonnull(params_find(params, "conv2d_1/kernel"));
    ck_assert_ptr_nonnull(params_find(params, "batch_normalization/moving_variance"));
    ck_assert_ptr_nonnull(params_find(params, "logits/bias"));
    ck_assert_ptr_null(params_find(params, "logits"));
}
END_TEST

/* ---- two graphs over one store ---- */

enum { BATCH = 3, SIDE = 5, CHANNELS = 2, CLASSES = 4 };

typedef struct Model {
    Graph *graph;
    Tensor *images, *logits;
} Model;

static Model model_new(Params *params, bool is_training, DataFormat format) {
    Model model = {.graph = graph_new(params, (GraphOptions){.data_format = format})};
    model.images =
        graph_input(model.graph, "images", shape_image(format, BATCH, SIDE, SIDE, CHANNELS));
    Tensor *conv = conv3x3(model.images, 4, NULL);
    Tensor *normalised =
        batch_normalization(conv, (BatchNormOptions){.is_training = is_training, .momentum = 0.5f});
    model.logits =
        dense(flatten(global_average_pool2d(relu(normalised))), (DenseOptions){.units = CLASSES});
    graph_compile(model.graph, model.logits, is_training);
    return model;
}

START_TEST(graphs_share_parameters) {
    Params *params = params_new(3);
    Model training = model_new(params, true, CHANNELS_LAST);
    int count = params_count(params);
    ck_assert_int_eq(count, 8);
    float *values = params_values(params);
    Model evaluation = model_new(params, false, CHANNELS_FIRST);
    ck_assert_int_eq(params_count(params), count);
    ck_assert_ptr_eq(params_values(params), values);

    /* A pass in training moves the averages; the other graph sees it, and stays as it is then. */
    Random random = random_stream(1, 0);
    float *images = random_normals(&random, BATCH * SIDE * SIDE * CHANNELS);
    float before[BATCH * CLASSES], after[BATCH * CLASSES], again[BATCH * CLASSES];
    tensor_write(evaluation.images, images);
    graph_forward(evaluation.graph);
    tensor_read(evaluation.logits, before);
    tensor_write(training.images, images);
    graph_forward(training.graph);
    graph_forward(evaluation.graph);
    tensor_read(evaluation.logits, after);
    graph_forward(evaluation.graph);
    tensor_read(evaluation.logits, again);
    ck_assert(!same_bits(before, after, BATCH * CLASSES));
    ck_assert(same_bits(after, again, BATCH * CLASSES));
    free(images);
    graph_free(training.graph);
    graph_free(evaluation.graph);
    params_free(params);
}
END_TEST

START_TEST(constant_parameters_change_no_bit) {
    Params *params = params_new(3);
    float images[BATCH * SIDE * SIDE * CHANNELS], logits[3][BATCH * CLASSES];
    size_t bytes[2];
    for (int i = 0; i < BATCH * SIDE * SIDE * CHANNELS; i++)
        images[i] = (float)(i % 7) - 3;
    for (int constant = 0; constant < 2; constant++) {
        Graph *graph = graph_new(params, (GraphOptions){.constant_parameters = constant});
        Tensor *inputs = graph_input(graph, "images", shape4(BATCH, SIDE, SIDE, CHANNELS));
        Tensor *outputs = dense(flatten(conv3x3(conv3x3(inputs, 4, NULL), 2, NULL)),
                                (DenseOptions){.units = CLASSES});
        graph_compile(graph, outputs, false);
        bytes[constant] = graph_memory(graph);
        tensor_write(inputs, images);
        for (int pass = 0; pass <= constant; pass++) { /* the first one packs */
            graph_forward(graph);
            tensor_read(outputs, logits[constant + pass]);
        }
        graph_free(graph);
    }
    ck_assert(same_bits(logits[0], logits[1], BATCH * CLASSES));
    ck_assert(same_bits(logits[0], logits[2], BATCH * CLASSES));
    ck_assert_uint_gt(bytes[1], bytes[0]); /* there are packed kernels */
    params_free(params);
}
END_TEST

START_TEST(parameters_keep_their_values_when_more_come) {
    Params *params = params_for_test(3);
    Model model = model_new(params, true, CHANNELS_LAST);
    size_t count = params_block_count(params);
    float *before = memory_new(count, sizeof *before);
    for (size_t i = 0; i < count; i++)
        params_velocity(params)[i] = (float)i;
    memcpy(before, params_values(params), count * sizeof *before);

    Graph *graph = graph_for_test(params, (GraphOptions){0});
    Tensor *more =
        dense(graph_input(graph, NULL, shape2(1, 70)), (DenseOptions){.units = 30, .name = "more"});
    graph_compile(graph, more, false);
    ck_assert_uint_gt(params_block_count(params), count);
    ck_assert(same_bits(before, params_values(params), count));
    ck_assert_float_eq(params_velocity(params)[count - 1], (float)(count - 1));
    ck_assert_float_eq(params_velocity(params)[count], 0);
    graph_forward(model.graph); /* finds the parameters where they are now */
    graph_forward(graph);
    free(before);
    graph_free(model.graph);
}
END_TEST

START_TEST(initial_values_depend_on_seed_and_name_alone) {
    Params *one = params_new(3), *other = params_new(3), *seeded = params_new(4);
    params_get(other, "first", shape2(3, 5), PARAMETER_KERNEL); /* another order of making */
    Parameter *kernels[3];
    Params *stores[] = {one, other, seeded};
    for (int i = 0; i < 3; i++) {
        kernels[i] = params_get(stores[i], "a/kernel", shape4(3, 3, 16, 32), PARAMETER_KERNEL);
        params_get(stores[i], "a/gamma", shape1(5), PARAMETER_GAMMA);
        params_allocate(stores[i]);
    }
    size_t count = kernels[0]->count;
    const float *values = parameter_values(kernels[0]);
    ck_assert(same_bits(values, parameter_values(kernels[1]), count));
    ck_assert(!same_bits(values, parameter_values(kernels[2]), count));

    /* He: variance 2 / fan-in, within 5 deviations of what chance allows. */
    double sum = 0, squares = 0, variance = 2.0 / (3 * 3 * 16), n = (double)count;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
        squares += (double)values[i] * values[i];
    }
    ck_assert_double_lt(fabs(sum / n), 5 * sqrt(variance / n));
    ck_assert_double_lt(fabs(squares / n / variance - 1), 5 * sqrt(2 / n));
    for (int c = 0; c < 5; c++)
        ck_assert_float_eq(parameter_values(params_find(one, "a/gamma"))[c], 1);
    for (int i = 0; i < 3; i++)
        params_free(stores[i]);
}
END_TEST

START_TEST(parameters_lie_aligned_in_one_block) {
    Params *params = params_new(0);
    Model model = model_new(params, true, CHANNELS_LAST);
    size_t trainable = 0, moving = 0;
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(params, i);
        const float *values = parameter_values(parameter);
        ck_assert_uint_eq((uintptr_t)values % 64, 0);
        if (parameter_is_trainable(parameter)) {
            ptrdiff_t offset = values - params_values(params);
            ck_assert(offset >= 0 &&
                      (size_t)offset + parameter->count <= params_block_count(params));
            ck_assert_ptr_eq(parameter_gradient(parameter), params_gradients(params) + offset);
            ck_assert_ptr_eq(parameter_velocity(parameter), params_velocity(params) + offset);
            trainable += parameter->count;
        } else {
            moving += parameter->count;
        }
    }
    ck_assert_uint_eq(trainable, params_trainable_count(params));
    ck_assert_uint_eq(moving, params_moving_count(params));
    ck_assert_uint_eq(trainable, 3 * 3 * 2 * 4 + 4 + 4 + 4 + 4 * 4 + 4);
    ck_assert_uint_eq(moving, 8);
    graph_free(model.graph);
    params_free(params);
}
END_TEST

/* ---- reading and writing ---- */

START_TEST(inputs_and_outputs_are_in_the_data_format) {
    enum { COUNT = 2 * 3 * 4 * 5 };
    for (int number = 0; number < 4; number++) {
        DataFormat format = number % 2 ? CHANNELS_FIRST : CHANNELS_LAST;
        Params *params = params_new(0);
        Graph *graph =
            graph_new(params, (GraphOptions){.data_format = format, .loops = number / 2});
        Tensor *inputs = graph_input(graph, "images", shape_image(format, 2, 3, 4, 5));
        tensor_keep(inputs);
        ImageSize size = tensor_image_size(inputs);
        ck_assert(size.batch == 2 && size.height == 3 && size.width == 4 && size.channels == 5);
        Tensor *outputs = relu(inputs);
        graph_compile(graph, outputs, true);
        float values[COUNT], upstream[COUNT], got[COUNT];
        for (int i = 0; i < COUNT; i++) {
            values[i] = (float)(i + 1);
            upstream[i] = (float)(i * i);
        }
        tensor_write(inputs, values);
        graph_forward(graph);
        tensor_read(inputs, got);
        ck_assert(same_bits(got, values, COUNT));
        tensor_read(outputs, got);
        ck_assert(same_bits(got, values, COUNT));
        graph_backward(graph, upstream);
        tensor_read_gradient(inputs, got);
        ck_assert(same_bits(got, upstream, COUNT));
        graph_backward(graph, NULL);
        tensor_read_gradient(inputs, got);
        for (int i = 0; i < COUNT; i++)
            ck_assert_float_eq(got[i], 1);
        graph_free(graph);
        params_free(params);
    }
}
END_TEST

TCase *recording_tests(void) {
    TCase *tests = tcase_with_cleanup("recording");
    tcase_add_test(tests, names_follow_the_scopes);
    tcase_add_test(tests, tensors_are_found_by_their_names);
    tcase_add_test(tests, names_are_numbered_by_operation);
    tcase_add_test(tests, graphs_share_parameters);
    tcase_add_test(tests, constant_parameters_change_no_bit);
    tcase_add_test(tests, parameters_keep_their_values_when_more_come);
    tcase_add_test(tests, initial_values_depend_on_seed_and_name_alone);
    tcase_add_test(tests, parameters_lie_aligned_in_one_block);
    tcase_add_test(tests, inputs_and_outputs_are_in_the_data_format);
    return tests;
}

Suite *graph_suite(void) {
    Suite *suite = suite_create("graph");
    suite_add_tcase(suite, recording_tests());
    suite_add_tcase(suite, recording_error_tests());
    suite_add_tcase(suite, accumulation_tests());
    suite_add_tcase(suite, memory_plan_tests());
    suite_add_tcase(suite, fuzz_tests());
    suite_add_tcase(suite, walk_tests());
    suite_add_tcase(suite, groups_tests());
    suite_add_tcase(suite, pattern_tests());
    return suite;
}
