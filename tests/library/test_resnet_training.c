/* Small ResNets trained as PyTorch trained them: the loss of every step, and every parameter after
 * 1 and after 20 steps. Data: tests/golden/make_resnet.py. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrays.h"
#include "base/memory.h"
#include "cases.h"
#include "golden.h"
#include "models/resnet.h"
#include "training/optimizer.h"

/* Of an array's largest value; what a run differs by grows with its steps. */
static const double loss_tolerance = 2e-6, logits_tolerance = 2e-5;
static const double tolerance_after_1 = 3e-6, tolerance_after_20 = 2e-5;
static const double smallest_scale = 0.1; /* an array of less is compared as if it held this */

typedef struct Training {
    Case test_case;
    DataFormat format;
    ResNetModel model;
    SgdOptions sgd;
    Params *params;
    Graph *graph;
    Tensor *images, *labels, *loss;
    Optimizer *optimizer;
    float *all_images; /* in the format */
    const float *all_labels;
    size_t batch, image_floats;
    int batches, steps;
} Training;

static int option(const Training *training, const char *key) {
    return (int)case_option(&training->test_case, key);
}

static ResNetModel model_of(const Training *training) {
    return (ResNetModel){
        .name = training->test_case.name,
        .output_size = option(training, "classes"),
        .data_format = training->format,
        .bottleneck = option(training, "bottleneck"),
        .filters_initial = option(training, "filters_initial"),
        .stem_kernel_size = option(training, "stem_kernel_size"),
        .stem_strides = option(training, "stem_strides"),
        .stem_pool = option(training, "stem_pool"),
        .num_block_layers = 2,
        .block_layer_sizes = {option(training, "blocks0"), option(training, "blocks1")},
        .block_strides = {option(training, "strides0"), option(training, "strides1")},
        .batch_norm_momentum = (float)case_option(&training->test_case, "momentum"),
        .batch_norm_epsilon = (float)case_option(&training->test_case, "epsilon")};
}

static Tensor *record_images(const Training *training, Graph *graph) {
    return graph_input(graph, "images",
                       shape_image(training->format, (int)training->batch,
                                   option(training, "height"), option(training, "width"),
                                   option(training, "channels")));
}

/* What of the golden arrays the parameters hold: "initial", "after_1" or "after_20". */
static const SafeTensor *golden_parameter(const Training *training, const char *stage,
                                          const Parameter *parameter) {
    char name[256];
    snprintf(name, sizeof name, "%s/%s", stage, parameter->name);
    const SafeTensor *array = case_array(&training->test_case, name);
    ck_assert(shape_equal(array_shape(array, CHANNELS_LAST), parameter->shape));
    return array;
}

static void set_initial_parameters(const Training *training) {
    for (int i = 0; i < params_count(training->params); i++) {
        const Parameter *parameter = params_at(training->params, i);
        memcpy(parameter_values(parameter),
               golden_parameter(training, "initial", parameter)->values,
               parameter->count * sizeof(float));
    }
}

static Training training_new(const Case *test_case, DataFormat format, bool loops) {
    Training training = {.test_case = *test_case, .format = format, .params = params_new(0)};
    training.model = model_of(&training);
    training.batch = (size_t)option(&training, "batch");
    training.batches = option(&training, "batches");
    training.steps = option(&training, "steps");
    training.sgd = (SgdOptions){.learning_rate = (float)case_option(test_case, "learning_rate"),
                                .momentum = (float)case_option(test_case, "sgd_momentum"),
                                .nesterov = option(&training, "nesterov")};
    training.graph =
        graph_new(training.params, (GraphOptions){.data_format = format, .loops = loops});
    training.images = record_images(&training, training.graph);
    training.labels = graph_input(training.graph, "labels", shape1((int)training.batch));
    training.loss =
        softmax_cross_entropy(model_layers(&training.model, training.images, true), training.labels,
                              (float)case_option(test_case, "label_smoothing"));
    graph_compile(training.graph, training.loss, true);
    poison(training.graph);
    set_initial_parameters(&training);
    training.optimizer =
        optimizer_new(training.params, (float)case_option(test_case, "weight_decay"), NULL);
    training.image_floats = shape_count(tensor_shape(training.images));
    training.all_images = array_values(case_array(test_case, "images"), format);
    training.all_labels = case_array(test_case, "labels")->values;
    return training;
}

static void training_free(Training *training) {
    optimizer_free(training->optimizer);
    free(training->all_images);
    graph_free(training->graph);
    params_free(training->params);
}

static float train(const Training *training, int step) {
    size_t batch = (size_t)(step % training->batches);
    float loss = 0;
    tensor_write(training->images, training->all_images + batch * training->image_floats);
    tensor_write(training->labels, training->all_labels + batch * training->batch);
    graph_forward(training->graph);
    tensor_read(training->loss, &loss);
    graph_backward(training->graph, NULL);
    optimizer_step(training->optimizer, training->sgd);
    return loss;
}

static const char *text_of(const Training *training, bool loops) {
    static char text[128];
    snprintf(text, sizeof text, "%s, %s, %s", training->test_case.name,
             training->format == CHANNELS_FIRST ? "channels_first" : "channels_last",
             loops ? "loops" : "vectorised");
    return text;
}

static void compare_parameters(const Training *training, const char *stage, double tolerance,
                               const char *text) {
    for (int i = 0; i < params_count(training->params); i++) {
        const Parameter *parameter = params_at(training->params, i);
        assert_near(parameter_values(parameter),
                    golden_parameter(training, stage, parameter)->values, parameter->count,
                    tolerance, smallest_scale, "%s: %s %s", text, parameter->name, stage);
    }
}

/* In inference, from the moving averages. */
static void compare_logits(const Training *training, bool loops, const char *text) {
    Graph *graph = graph_new(training->params,
                             (GraphOptions){.data_format = training->format, .loops = loops});
    Tensor *images = record_images(training, graph);
    Tensor *logits = model_layers(&training->model, images, false);
    graph_compile(graph, logits, false);
    tensor_write(images, training->all_images);
    graph_forward(graph);
    size_t count = shape_count(tensor_shape(logits));
    float *values = memory_new(count, sizeof *values);
    tensor_read(logits, values);
    assert_near(values, case_array(&training->test_case, "logits")->values, count, logits_tolerance,
                smallest_scale, "%s: the logits in inference", text);
    free(values);
    graph_free(graph);
}

static void check_training(const Case *test_case, DataFormat format, bool loops) {
    Training training = training_new(test_case, format, loops);
    const char *text = text_of(&training, loops);
    const float *losses = case_array(test_case, "losses")->values;
    for (int step = 0; step < training.steps; step++) {
        float loss = train(&training, step);
        assert_near(&loss, &losses[step], 1, loss_tolerance, smallest_scale,
                    "%s: the loss of step %d", text, step);
        if (step == 0)
            compare_parameters(&training, "after_1", tolerance_after_1, text);
    }
    compare_parameters(&training, "after_20", tolerance_after_20, text);
    compare_logits(&training, loops, text);
    training_free(&training);
}

START_TEST(training_agrees_with_pytorch) {
    Golden *golden = golden_open("resnet.safetensors");
    int models = 0;
    for (Case test_case = {0}; golden_next(golden, &test_case); models++)
        check_training(&test_case, _i % 2 ? CHANNELS_FIRST : CHANNELS_LAST, _i / 2);
    ck_assert_int_ge(models, 3);
    golden_close(golden);
}
END_TEST

/* The parameters after some steps with so many threads, each second one with fewer. */
static float *train_with(const Case *test_case, int threads, int fewer) {
    enum { STEPS = 5 };
    omp_set_num_threads(threads);
    Training training = training_new(test_case, CHANNELS_LAST, false);
    for (int step = 0; step < STEPS; step++) {
        omp_set_num_threads(step % 2 ? fewer : threads);
        train(&training, step);
    }
    size_t count = params_block_count(training.params);
    float *values = memory_new(count, sizeof *values);
    memcpy(values, params_values(training.params), count * sizeof *values);
    training_free(&training);
    return values;
}

START_TEST(threads_give_the_same_bits) {
    static const int numbers[][2] = {{2, 2}, {3, 3}, {2, 1}, {3, 2}};
    Golden *golden = golden_open("resnet.safetensors");
    for (Case test_case = {0}; golden_next(golden, &test_case);) {
        Training training = training_new(&test_case, CHANNELS_LAST, false);
        size_t count = params_block_count(training.params);
        float *expected = train_with(&test_case, 1, 1);
        for (int i = 0; i < 4; i++) {
            float *values = train_with(&test_case, numbers[i][0], numbers[i][1]);
            ck_assert_msg(same_bits(values, expected, count),
                          "%s: other bits with %d and %d threads", test_case.name, numbers[i][0],
                          numbers[i][1]);
            free(values);
        }
        ck_assert(!same_bits(params_values(training.params), expected, count));
        free(expected);
        training_free(&training);
    }
    golden_close(golden);
}
END_TEST

TCase *resnet_training_tests(void) {
    TCase *tests = tcase_create("training");
    tcase_add_loop_test(tests, training_agrees_with_pytorch, 0, 4);
    tcase_add_test(tests, threads_give_the_same_bits);
    return tests;
}
