/* Tests of common/layers: every layer against PyTorch's outputs and gradients, in both data
 * formats, on the vectorised kernels and on the textbook loops. Data: tests/golden/make_layers.py.
 */
#include "cases.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrays.h"
#include "golden.h"
#include "graph/operation.h"
#include "layers/layers.h"

Suite *layers_suite(void);

/* Of the largest value expected; float32 has steps of 6e-8, and sums here have up to 200 terms. */
static const double tolerance = 4e-6;
static const double smallest_scale = 1e-2; /* an array of less is compared as if it held this */

/* ---- from a case's options to a recorded layer ---- */

static int option(const Case *test_case, const char *key) {
    return (int)case_option(test_case, key);
}

static Tensor *record_pad(const Case *test_case, Tensor **inputs) {
    int rows[2] = {option(test_case, "top"), option(test_case, "bottom")};
    int columns[2] = {option(test_case, "left"), option(test_case, "right")};
    int first = graph_data_format(tensor_graph(inputs[0])) == CHANNELS_FIRST ? 2 : 1;
    int paddings[4][2] = {{0}};
    memcpy(paddings[first], rows, sizeof rows);
    memcpy(paddings[first + 1], columns, sizeof columns);
    return pad(inputs[0], paddings);
}

static Tensor *record_conv2d(const Case *test_case, Tensor **inputs) {
    return conv2d(inputs[0], (Conv2DOptions){.filters = option(test_case, "filters"),
                                             .kernel_size = option(test_case, "kernel_size"),
                                             .strides = option(test_case, "strides"),
                                             .padding = (Padding)option(test_case, "padding"),
                                             .pad = option(test_case, "pad"),
                                             .no_bias = option(test_case, "no_bias")});
}

static Tensor *record_batch_normalization(const Case *test_case, Tensor **inputs) {
    return batch_normalization(
        inputs[0], (BatchNormOptions){.is_training = option(test_case, "is_training"),
                                      .momentum = (float)case_option(test_case, "momentum"),
                                      .epsilon = (float)case_option(test_case, "epsilon")});
}

static PoolOptions pool_options(const Case *test_case) {
    return (PoolOptions){.pool_size = option(test_case, "pool_size"),
                         .strides = option(test_case, "strides"),
                         .padding = (Padding)option(test_case, "padding"),
                         .pad = option(test_case, "pad")};
}

static Tensor *record_max_pool2d(const Case *test_case, Tensor **inputs) {
    return max_pool2d(inputs[0], pool_options(test_case));
}

static Tensor *record_average_pool2d(const Case *test_case, Tensor **inputs) {
    return average_pool2d(inputs[0], pool_options(test_case));
}

static Tensor *record_global_average_pool2d(const Case *test_case, Tensor **inputs) {
    (void)test_case;
    return global_average_pool2d(inputs[0]);
}

static Tensor *record_relu(const Case *test_case, Tensor **inputs) {
    (void)test_case;
    return relu(inputs[0]);
}

static Tensor *record_add(const Case *test_case, Tensor **inputs) {
    (void)test_case;
    return add(inputs[0], inputs[1]);
}

static Tensor *record_flatten(const Case *test_case, Tensor **inputs) {
    (void)test_case;
    return flatten(inputs[0]);
}

static Tensor *record_dense(const Case *test_case, Tensor **inputs) {
    return dense(inputs[0], (DenseOptions){.units = option(test_case, "units"),
                                           .no_bias = option(test_case, "no_bias")});
}

static Tensor *record_softmax_cross_entropy(const Case *test_case, Tensor **inputs) {
    return softmax_cross_entropy(inputs[0], inputs[1],
                                 (float)case_option(test_case, "label_smoothing"));
}

static Tensor *record_mean_squared_error(const Case *test_case, Tensor **inputs) {
    (void)test_case;
    return mean_squared_error(inputs[0], inputs[1]);
}

static const struct Layer {
    const char *name;
    Tensor *(*record)(const Case *test_case, Tensor **inputs);
} layers[] = {
    {"pad", record_pad},
    {"conv2d", record_conv2d},
    {"batch_normalization", record_batch_normalization},
    {"relu", record_relu},
    {"max_pool2d", record_max_pool2d},
    {"average_pool2d", record_average_pool2d},
    {"global_average_pool2d", record_global_average_pool2d},
    {"add", record_add},
    {"flatten", record_flatten},
    {"dense", record_dense},
    {"softmax_cross_entropy", record_softmax_cross_entropy},
    {"mean_squared_error", record_mean_squared_error},
};

enum { LAYERS = sizeof layers / sizeof layers[0] };

/* ---- one case, in one format, on one set of kernels ---- */

static const char *const input_names[MAX_INPUTS] = {"inputs", "inputs_1"};
static const char *const gradient_names[MAX_INPUTS] = {"d_inputs", "d_inputs_1"};

/* Where the layer stands: behind others that want their gradient, first of all, or where no
 * gradient is wanted at all. */
typedef enum Place { BEHIND_OTHERS, FIRST, FORWARD_ONLY } Place;

typedef struct Run {
    const Case *test_case;
    DataFormat format;
    Place place;
    Params *params;
    Graph *graph;
    Tensor *inputs[MAX_INPUTS], *outputs;
} Run;

static void record(Run *run, const struct Layer *layer) {
    for (int i = 0; i < MAX_INPUTS; i++) {
        const SafeTensor *array = case_find(run->test_case, input_names[i]);
        if (!array)
            continue;
        run->inputs[i] = graph_input(run->graph, input_names[i], array_shape(array, run->format));
        if (run->place == BEHIND_OTHERS && case_find(run->test_case, gradient_names[i]))
            tensor_keep(run->inputs[i]);
    }
    run->outputs = layer->record(run->test_case, run->inputs);
    ck_assert(shape_equal(tensor_shape(run->outputs),
                          array_shape(case_array(run->test_case, "outputs"), run->format)));
    graph_compile(run->graph, run->outputs, run->place != FORWARD_ONLY);
    poison(run->graph);
}

/* The parameter's own name: "kernel" of "conv2d/kernel". */
static const char *own_name(const Parameter *parameter) {
    return strrchr(parameter->name, '/') + 1;
}

static void write_values(Run *run) {
    for (int i = 0; i < MAX_INPUTS && run->inputs[i]; i++) {
        float *values = array_values(case_array(run->test_case, input_names[i]), run->format);
        tensor_write(run->inputs[i], values);
        free(values);
    }
    for (int i = 0; i < params_count(run->params); i++) {
        const Parameter *parameter = params_at(run->params, i);
        const SafeTensor *array = case_array(run->test_case, own_name(parameter));
        ck_assert(shape_equal(parameter->shape, array_shape(array, CHANNELS_LAST)));
        memcpy(parameter_values(parameter), array->values, parameter->count * sizeof(float));
    }
}

static void compare(const Run *run, const float *values, const char *name, DataFormat format) {
    const SafeTensor *array = case_array(run->test_case, name);
    float *expected = array_values(array, format);
    assert_near(values, expected, shape_count(array_shape(array, format)), tolerance,
                smallest_scale, "%s, %s, %s: %s", run->test_case->name,
                run->format == CHANNELS_FIRST ? "channels_first" : "channels_last",
                run->graph->options.loops ? "loops" : "vectorised", name);
    free(expected);
}

static void compare_outputs(const Run *run) {
    float *values = memory_new(shape_count(tensor_shape(run->outputs)), sizeof *values);
    tensor_read(run->outputs, values);
    compare(run, values, "outputs", run->format);
    free(values);
}

static void compare_gradients(const Run *run) {
    for (int i = 0; i < MAX_INPUTS && run->inputs[i]; i++) {
        if (run->place != BEHIND_OTHERS || !case_find(run->test_case, gradient_names[i]))
            continue;
        float *gradient = memory_new(shape_count(tensor_shape(run->inputs[i])), sizeof *gradient);
        tensor_read_gradient(run->inputs[i], gradient);
        compare(run, gradient, gradient_names[i], run->format);
        free(gradient);
    }
    for (int i = 0; i < params_count(run->params); i++) {
        const Parameter *parameter = params_at(run->params, i);
        char name[64];
        bool trainable = parameter_is_trainable(parameter);
        snprintf(name, sizeof name, trainable ? "d_%s" : "%s_after", own_name(parameter));
        compare(run, trainable ? parameter_gradient(parameter) : parameter_values(parameter), name,
                CHANNELS_LAST);
    }
}

static void check_at(Place place, const struct Layer *layer, const Case *test_case,
                     DataFormat format, bool loops) {
    Run run = {.test_case = test_case, .format = format, .place = place, .params = params_new(0)};
    run.graph = graph_new(run.params, (GraphOptions){.data_format = format, .loops = loops});
    record(&run, layer);
    write_values(&run);
    graph_forward(run.graph);
    compare_outputs(&run);
    if (place == BEHIND_OTHERS || (place == FIRST && params_count(run.params) > 0)) {
        float *upstream = array_values(case_array(test_case, "upstream"), format);
        graph_backward(run.graph, upstream);
        compare_gradients(&run);
        free(upstream);
    }
    graph_free(run.graph);
    params_free(run.params);
}

static void check_case(const struct Layer *layer, const Case *test_case, DataFormat format) {
    for (Place place = BEHIND_OTHERS; place <= FORWARD_ONLY; place++) {
        check_at(place, layer, test_case, format, false);
        check_at(place, layer, test_case, format, true);
    }
}

/* A case whose outputs depend on the format says for which one it holds. */
static bool holds_for(const Case *test_case, DataFormat format) {
    return !strstr(test_case->options, " channels_first=") ||
           option(test_case, "channels_first") == (format == CHANNELS_FIRST);
}

START_TEST(layer_agrees_with_pytorch) {
    omp_set_num_threads(1); /* tiny graphs gain nothing from threads */
    const struct Layer *layer = &layers[_i];
    Golden *golden = golden_open("layers.safetensors");
    int cases = 0;
    for (Case test_case = {0}; golden_next(golden, &test_case);) {
        if (strcmp(test_case.operation, layer->name) != 0)
            continue;
        cases++;
        for (DataFormat format = CHANNELS_LAST; format <= CHANNELS_FIRST; format++)
            if (holds_for(&test_case, format))
                check_case(layer, &test_case, format);
    }
    ck_assert_int_gt(cases, 0);
    golden_close(golden);
}
END_TEST

START_TEST(every_case_is_of_a_known_layer) {
    Golden *golden = golden_open("layers.safetensors");
    for (Case test_case = {0}; golden_next(golden, &test_case);) {
        int found = 0;
        for (int i = 0; i < LAYERS; i++)
            found += strcmp(test_case.operation, layers[i].name) == 0;
        ck_assert_msg(found == 1, "%s: no layer %s", test_case.name, test_case.operation);
    }
    golden_close(golden);
}
END_TEST

Suite *layers_suite(void) {
    Suite *suite = suite_create("layers");
    TCase *tests = tcase_create("golden");
    tcase_add_loop_test(tests, layer_agrees_with_pytorch, 0, LAYERS);
    tcase_add_test(tests, every_case_is_of_a_known_layer);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, gradient_tests());
    suite_add_tcase(suite, dropout_tests());
    return suite;
}
