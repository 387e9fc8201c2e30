/* Tests of the messages that recording and running a graph wrongly ends with: they name the scope,
 * the operation, the shapes and the remedy. */
#include <math.h>
#include <omp.h>
#include <stddef.h>
#include <stdint.h>

#include "cases.h"
#include "expect_error.h"
#include "layers/layers.h"

static Tensor *images(void) {
    Graph *graph = graph_new(params_new(0), (GraphOptions){0});
    return graph_input(graph, "images", shape4(2, 5, 6, 3));
}

static Tensor *another(Tensor *like, Shape shape) {
    return graph_input(tensor_graph(like), "another", shape);
}

static void add_shapes(const void *unused) {
    (void)unused;
    Tensor *inputs = images();
    SCOPE(inputs, "block_layer1");
    SCOPE(inputs, "regular_block0");
    add(inputs, another(inputs, shape4(2, 5, 6, 4)));
}

static void squared_error_shapes(const void *unused) {
    (void)unused;
    Tensor *inputs = flatten(images());
    SCOPE(inputs, "head");
    mean_squared_error(inputs, another(inputs, shape2(2, 9)));
}

static void cross_entropy_batches(const void *unused) {
    (void)unused;
    Tensor *inputs = flatten(images());
    SCOPE(inputs, "head");
    softmax_cross_entropy(inputs, another(inputs, shape1(7)), 0);
}

static void parameter_shapes(const void *unused) {
    (void)unused;
    Tensor *inputs = images();
    Graph *second = graph_new(graph_params(tensor_graph(inputs)), (GraphOptions){0});
    conv2d(inputs, (Conv2DOptions){.filters = 4, .kernel_size = 3});
    conv2d(graph_input(second, "images", shape4(2, 5, 6, 1)),
           (Conv2DOptions){.filters = 4, .kernel_size = 3});
}

static void labels_that_are_computed(const void *unused) {
    (void)unused;
    Graph *graph = graph_new(params_new(0), (GraphOptions){0});
    Tensor *one = graph_input(graph, "one", shape2(1, 4));
    Tensor *loss = mean_squared_error(one, another(one, shape2(1, 4)));
    softmax_cross_entropy(one, loss, 0);
}

static void conv_of_a_matrix(const void *unused) {
    (void)unused;
    Tensor *inputs = images();
    SCOPE(inputs, "stem");
    conv2d(flatten(inputs), (Conv2DOptions){.filters = 4, .kernel_size = 3});
}

static void conv_too_large(const void *unused) {
    (void)unused;
    Tensor *inputs = images();
    SCOPE(inputs, "stem");
    conv2d(inputs, (Conv2DOptions){.filters = 4, .kernel_size = 7});
}

static void conv_without_filters(const void *unused) {
    (void)unused;
    conv2d(images(), (Conv2DOptions){.kernel_size = 3});
}

static void dense_of_images(const void *unused) {
    (void)unused;
    Tensor *inputs = images();
    SCOPE(inputs, "head");
    dense(inputs, (DenseOptions){.units = 10});
}

static void pool_too_large(const void *unused) {
    (void)unused;
    max_pool2d(images(), (PoolOptions){.pool_size = 6});
}

static void pool_of_padding(const void *unused) {
    (void)unused;
    max_pool2d(images(), (PoolOptions){.pool_size = 2, .padding = PADDING_SYMMETRIC, .pad = 2});
}

static void batch_norm_axis(const void *unused) {
    (void)unused;
    batch_normalization(images(), (BatchNormOptions){.axis = 1});
}

static void negative_padding(const void *unused) {
    (void)unused;
    const int paddings[4][2] = {{0, 0}, {0, -1}, {0, 0}, {0, 0}};
    pad(images(), paddings);
}

static void unknown_padding(const void *unused) {
    (void)unused;
    conv2d(images(), (Conv2DOptions){.filters = 4, .kernel_size = 3, .padding = (Padding)7});
}

static void pad_for_same(const void *unused) {
    (void)unused;
    conv2d(images(),
           (Conv2DOptions){.filters = 4, .kernel_size = 3, .padding = PADDING_SAME, .pad = 1});
}

static void pad_for_valid(const void *unused) {
    (void)unused;
    max_pool2d(images(), (PoolOptions){.pool_size = 2, .pad = 1});
}

static void absurd_strides(const void *unused) {
    (void)unused;
    average_pool2d(images(), (PoolOptions){.pool_size = 2, .strides = INT32_MAX});
}

static void absurd_image(const void *unused) {
    (void)unused;
    Graph *graph = graph_new(params_new(0), (GraphOptions){0});
    graph_input(graph, "images", shape4(1, INT32_MAX, 28, 1));
}

static void absurd_kernel(const void *unused) {
    (void)unused;
    Params *params = params_new(0);
    params_get(params, "kernel", shape4(5, 5, 1, INT32_MAX / 8), PARAMETER_KERNEL);
    params_allocate(params);
}

static void uncountable_kernel(const void *unused) {
    (void)unused;
    params_get(params_new(0), "kernel", shape4(3, 3, INT32_MAX, INT32_MAX), PARAMETER_KERNEL);
}

static void absurd_paddings(const void *unused) {
    (void)unused;
    const int paddings[4][2] = {{0, 0}, {INT32_MAX, INT32_MAX}, {0, 0}, {0, 0}};
    pad(images(), paddings);
}

static void label(const void *value) {
    Graph *graph = graph_new(params_new(0), (GraphOptions){0});
    Tensor *logits = graph_input(graph, "logits", shape2(1, 4));
    Tensor *labels = another(logits, shape1(1));
    Tensor *loss = softmax_cross_entropy(logits, labels, 0);
    graph_compile(graph, loss, false);
    tensor_write(logits, (const float[]){1, 2, 3, 4});
    tensor_write(labels, value);
    graph_forward(graph);
}

static void dropout_of_all(const void *unused) {
    (void)unused;
    dropout(images(), 1, true);
}

static void null_inputs(const void *unused) {
    (void)unused;
    relu(NULL);
}

static void null_to_conv2d(const void *unused) {
    (void)unused;
    conv2d(NULL, (Conv2DOptions){.filters = 4, .kernel_size = 3});
}

static void name_twice(const void *unused) {
    (void)unused;
    Tensor *inputs = images();
    SCOPE(inputs, "stem");
    conv2d(inputs, (Conv2DOptions){.filters = 4, .kernel_size = 3, .name = "conv"});
    conv2d(inputs, (Conv2DOptions){.filters = 4, .kernel_size = 3, .name = "conv"});
}

static void two_graphs(const void *unused) {
    (void)unused;
    add(images(), images());
}

static void scope_too_long(const void *unused) {
    (void)unused;
    Tensor *inputs = images();
    for (int i = 0; i < 100; i++)
        scope_open(tensor_graph(inputs), "block_layer%d", i);
}

static void record_after_compile(const void *unused) {
    (void)unused;
    Tensor *inputs = images();
    graph_compile(tensor_graph(inputs), relu(inputs), false);
    relu(inputs);
}

static void keep_after_compile(const void *unused) {
    (void)unused;
    Tensor *inputs = images(), *first = relu(inputs);
    graph_compile(tensor_graph(inputs), relu(first), false);
    tensor_keep(first);
}

static void read_unkept(const void *unused) {
    (void)unused;
    Tensor *inputs = images(), *first = relu(inputs);
    graph_compile(tensor_graph(inputs), relu(first), false);
    float values[2 * 5 * 6 * 3];
    tensor_read(first, values);
}

/* The convolution adds to its own values: only the sum is there. */
static void read_fused_away(const void *unused) {
    (void)unused;
    Tensor *inputs = images();
    Tensor *conv = conv2d(inputs, (Conv2DOptions){.filters = 3, .kernel_size = 1});
    graph_compile(tensor_graph(inputs), add(conv, inputs), false);
    float values[2 * 5 * 6 * 3];
    tensor_read(conv, values);
}

static void read_unkept_gradient(const void *unused) {
    (void)unused;
    Tensor *inputs = images(), *first = relu(inputs);
    tensor_keep(inputs);
    graph_compile(tensor_graph(inputs), relu(first), true);
    float values[2 * 5 * 6 * 3];
    tensor_read_gradient(first, values);
}

static void gradient_of_labels(const void *unused) {
    (void)unused;
    Tensor *logits = flatten(images()), *labels = another(logits, shape1(2));
    tensor_keep(labels);
    tensor_keep(logits);
    graph_compile(tensor_graph(logits), softmax_cross_entropy(logits, labels, 0), true);
    float values[2];
    tensor_read_gradient(labels, values);
}

static void nothing_to_differentiate(const void *unused) {
    (void)unused;
    Tensor *inputs = images();
    graph_compile(tensor_graph(inputs), relu(inputs), true);
    graph_forward(tensor_graph(inputs));
    graph_backward(tensor_graph(inputs), NULL);
}

static void forward_uncompiled(const void *unused) {
    (void)unused;
    graph_forward(tensor_graph(images()));
}

static void write_uncompiled(const void *unused) {
    (void)unused;
    float values[2 * 5 * 6 * 3] = {0};
    tensor_write(images(), values);
}

/* The workspace has a share for each thread that there was when the graph was compiled. */
static void threads_raised_after_compile(const void *unused) {
    (void)unused;
    omp_set_num_threads(2);
    Tensor *inputs = images();
    graph_compile(tensor_graph(inputs), relu(inputs), false);
    omp_set_num_threads(1);
    graph_forward(tensor_graph(inputs));
    omp_set_num_threads(3);
    graph_forward(tensor_graph(inputs));
}

static void threads_raised_before_backward(const void *unused) {
    (void)unused;
    omp_set_num_threads(1);
    Tensor *inputs = images();
    tensor_keep(inputs);
    graph_compile(tensor_graph(inputs), relu(inputs), true);
    graph_forward(tensor_graph(inputs));
    omp_set_num_threads(2);
    graph_backward(tensor_graph(inputs), NULL);
}

static void backward_of_constants(const void *unused) {
    (void)unused;
    Graph *graph = graph_new(params_new(0), (GraphOptions){.constant_parameters = true});
    Tensor *inputs = graph_input(graph, "images", shape4(2, 5, 6, 3));
    graph_compile(graph, conv2d(inputs, (Conv2DOptions){.filters = 4, .kernel_size = 3}), true);
}

static void label_out_of_range(const void *unused) {
    (void)unused;
    Graph *graph = graph_new(params_new(0), (GraphOptions){0});
    Tensor *logits = graph_input(graph, "inputs", shape2(2, 10));
    Tensor *labels = graph_input(graph, "labels", shape1(2));
    graph_compile(graph, softmax_cross_entropy(logits, labels, 0), false);
    const float given[] = {3, 10};
    tensor_write(labels, given);
    graph_forward(graph);
}

enum { MAX_TEXTS = 5 };

static const struct {
    void (*function)(const void *);
    const char *texts[MAX_TEXTS];
} errors[] = {
    {add_shapes, {"block_layer1/regular_block0/add", "(2, 5, 6, 3)", "(2, 5, 6, 4)", "project"}},
    {squared_error_shapes, {"head/mean_squared_error", "(2, 90)", "(2, 9)"}},
    {cross_entropy_batches, {"head/softmax_cross_entropy", "2 rows", "7 labels"}},
    {labels_that_are_computed, {"softmax_cross_entropy", "labels", "graph input"}},
    {parameter_shapes, {"conv2d/kernel", "(3, 3, 3, 4)", "(3, 3, 1, 4)", "name"}},
    {conv_of_a_matrix, {"stem/conv2d", "4 axes", "(2, 90)"}},
    {conv_too_large, {"stem/conv2d", "7x7", "(2, 5, 6, 3)", "pad"}},
    {conv_without_filters, {"conv2d", "filters 0", "at least 1"}},
    {dense_of_images, {"head/dense", "2 axes", "(2, 5, 6, 3)"}},
    {pool_too_large, {"max_pooling2d", "larger image"}},
    {pool_of_padding, {"max_pooling2d", "pad 2", "less than pool_size 2"}},
    {batch_norm_axis, {"batch_normalization", "axis 1", "channels_last", "use 3"}},
    {negative_padding, {"pad", "axis 1", "-1"}},
    {absurd_paddings, {"pad", "axis 1", "2147483647", "smaller"}},
    {unknown_padding, {"conv2d", "padding 7", "PADDING_SAME"}},
    {pad_for_same, {"conv2d", "pad 1", "PADDING_SYMMETRIC"}},
    {pad_for_valid, {"max_pooling2d", "pad 1", "PADDING_SYMMETRIC"}},
    {absurd_strides, {"average_pooling2d", "2147483647", "at most"}},
    {absurd_image, {"images", "(1, 2147483647, 28, 1)", "too many values"}},
    {absurd_kernel, {"(5, 5, 1, 268435455)", "too many values to be computed", "smaller"}},
    {uncountable_kernel, {"(3, 3, 2147483647, 2147483647)", "too many values;", "smaller"}},
    {dropout_of_all, {"dropout", "rate 1", "rate < 1"}},
    {null_inputs, {"NULL", "return"}},
    {null_to_conv2d, {"conv2d", "NULL", "return"}},
    {name_twice, {"stem/conv", "already", "another name"}},
    {two_graphs, {"add", "images", "two graphs"}},
    {scope_too_long, {"block_layer0/", "too long"}},
    {record_after_compile, {"compiled", "before graph_compile()"}},
    {keep_after_compile, {"relu", "before graph_compile()"}},
    {read_unkept, {"relu", "tensor_keep()"}},
    {read_fused_away, {"conv2d", "tensor_keep()"}},
    {read_unkept_gradient, {"relu", "tensor_keep()"}},
    {gradient_of_labels, {"another", "no gradient", "labels"}},
    {nothing_to_differentiate, {"relu", "nothing to differentiate"}},
    {forward_uncompiled, {"compile the graph first"}},
    {write_uncompiled, {"images", "compile the graph"}},
    {threads_raised_after_compile, {"relu", "3 threads", "for 2", "before graph_compile()"}},
    {threads_raised_before_backward, {"relu", "2 threads", "for 1", "before graph_compile()"}},
    {backward_of_constants, {"conv2d", "no backward pass", "without constant_parameters"}},
    {label_out_of_range, {"softmax_cross_entropy", "label 1", "is 10", "0 to 9"}},
};

enum { ERRORS = sizeof errors / sizeof errors[0] };

START_TEST(error_names_place_shapes_and_remedy) {
    const char *const *texts = errors[_i].texts;
    expect_error(errors[_i].function, NULL, texts[0], texts[1], texts[2], texts[3], NULL);
}
END_TEST

START_TEST(error_names_labels_that_are_no_classes) {
    static const float labels[] = {-1, 4, 1.5f, NAN, INFINITY, -INFINITY, 1e30f};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        expect_error(label, labels + i, "label 0 of the batch", "0 to 3, and whole", NULL);
}
END_TEST

TCase *recording_error_tests(void) {
    TCase *tests = tcase_create("recording errors");
    tcase_add_test(tests, error_names_labels_that_are_no_classes);
    tcase_add_loop_test(tests, error_names_place_shapes_and_remedy, 0, ERRORS);
    return tests;
}
