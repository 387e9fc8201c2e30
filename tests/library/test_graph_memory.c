/* Tests of the compiled plan: what memory a graph holds, that a step allocates nothing, and that
 * running again gives the same bits. */
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "arrays.h"
#include "base/memory.h"
#include "cases.h"
#include "models/resnet.h"

enum { BATCH = 4, SIDE = 16, CLASSES = 10 };

typedef struct Network {
    Params *params;
    Graph *graph;
    Tensor *images, *labels;
} Network;

typedef struct NetworkOptions {
    int num_layers, batch;
    bool is_training;
    DataFormat format;
    bool loops;
} NetworkOptions;

static Network network_new(NetworkOptions options) {
    Network network = {.params = params_new(1)};
    ResNetModel model = resnet_model(options.num_layers, CLASSES, options.format);
    network.graph = graph_new(
        network.params, (GraphOptions){.data_format = options.format, .loops = options.loops});
    network.images = graph_input(network.graph, "images",
                                 shape_image(options.format, options.batch, SIDE, SIDE, 1));
    network.labels = graph_input(network.graph, "labels", shape1(options.batch));
    Tensor *logits = model_layers(&model, network.images, options.is_training);
    graph_compile(network.graph, softmax_cross_entropy(logits, network.labels, 0.1f),
                  options.is_training);
    poison(network.graph);
    Random random = random_stream(2, 0);
    float *images = random_normals(&random, (size_t)options.batch * SIDE * SIDE);
    float *labels = random_integers(&random, (size_t)options.batch, 0, CLASSES - 1);
    tensor_write(network.images, images);
    tensor_write(network.labels, labels);
    free(images);
    free(labels);
    return network;
}

static void network_free(Network *network) {
    graph_free(network->graph);
    params_free(network->params);
}

static size_t memory_of(NetworkOptions options) {
    Network network = network_new(options);
    size_t bytes = graph_memory(network.graph);
    network_free(&network);
    return bytes;
}

START_TEST(a_step_allocates_nothing) {
    omp_set_num_threads(2);
    Network network =
        network_new((NetworkOptions){.num_layers = 20,
                                     .batch = BATCH,
                                     .is_training = true,
                                     .format = _i % 2 ? CHANNELS_FIRST : CHANNELS_LAST,
                                     .loops = _i / 2});
    graph_forward(network.graph); /* the threads start with the first step */
    graph_backward(network.graph, NULL);
    long before = allocations_count();
    free(memory_new(1, 1));
    long after_one = allocations_count();
    for (int step = 0; step < 3; step++) {
        graph_forward(network.graph);
        graph_backward(network.graph, NULL);
    }
    long after = allocations_count();
    ck_assert_int_eq(after_one, before + 1); /* they are counted */
    ck_assert_int_eq(after, after_one);
    network_free(&network);
}
END_TEST

/* In inference only a block's own tensors live at a time: memory does not grow with the depth, and
 * is a small part of what training needs. */
START_TEST(inference_needs_little_memory) {
    NetworkOptions options = {.num_layers = 20, .batch = 32};
    size_t inference20 = memory_of(options);
    options.num_layers = 56;
    size_t inference56 = memory_of(options);
    options.is_training = true;
    size_t training56 = memory_of(options);
    ck_assert_msg((double)inference56 < 1.05 * (double)inference20, "%zu bytes, with 20 layers %zu",
                  inference56, inference20);
    ck_assert_msg((double)training56 > 4 * (double)inference56, "inference %zu, training %zu bytes",
                  inference56, training56);
}
END_TEST

/* Training keeps about one map a convolution: its inputs, from which the normalised and activated
 * ones are made again. Each block has two, and there are a few gradients beside them. */
START_TEST(training_keeps_one_map_a_convolution) {
    enum { LAYERS = 56, BLOCKS_A_LAYER = 9 };
    size_t map = sizeof(float) * 128 * SIDE * SIDE * 16, maps = 0;
    for (int layer = 0; layer < 3; layer++)
        maps += 2 * BLOCKS_A_LAYER * (map >> layer); /* half as many values in each layer */
    size_t training =
        memory_of((NetworkOptions){.num_layers = LAYERS, .batch = 128, .is_training = true});
    ck_assert_msg((double)training < 1.25 * (double)maps, "%zu bytes, the maps %zu", training,
                  maps);
}
END_TEST

START_TEST(running_again_gives_the_same_bits) {
    Network network =
        network_new((NetworkOptions){.num_layers = 20,
                                     .batch = BATCH,
                                     .is_training = true,
                                     .format = _i % 2 ? CHANNELS_FIRST : CHANNELS_LAST,
                                     .loops = _i / 2});
    size_t count = params_block_count(network.params);
    float *before = memory_new(count, sizeof *before);
    for (int times = 0; times < 3; times++) {
        graph_forward(network.graph);
        graph_backward(network.graph, NULL);
        if (times == 0)
            memcpy(before, params_gradients(network.params), count * sizeof *before);
        ck_assert(same_bits(before, params_gradients(network.params), count));
    }
    ck_assert_double_gt(largest_magnitude(before, count), 0);
    free(before);
    network_free(&network);
}
END_TEST

TCase *memory_plan_tests(void) {
    TCase *tests = tcase_create("memory plan");
    tcase_add_loop_test(tests, a_step_allocates_nothing, 0, 4);
    tcase_add_test(tests, inference_needs_little_memory);
    tcase_add_test(tests, training_keeps_one_map_a_convolution);
    tcase_add_loop_test(tests, running_again_gives_the_same_bits, 0, 4);
    return tests;
}
