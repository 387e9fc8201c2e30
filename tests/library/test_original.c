/* Tests of the original ResNet: logits, gradients and counts as PyTorch has them, in three styles.
 * Data: tests/golden/make_original.py. */
#include "cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrays.h"
#include "base/memory.h"
#include "cleanup.h"
#include "golden.h"
#include "models/original_resnet.h"

Suite *original_suite(void);

enum { SAMPLES = 12, MOST_TEXT = 256 };

/* Of an array's largest value; PyTorch's own float32 differs from its float64 by up to 4e-6, 2e-5
 * and 2e-6. */
static const double logits_tolerance = 1e-5, gradient_tolerance = 5e-5, average_tolerance = 5e-6;
/* An array of less is compared as if it held this. A bias before a batch norm has no gradient, but
 * sums of what rounding leaves. */
static const double smallest_scale = 0.01, smallest_scale_of_biases = 1;

/* Number i of a text's, from -1 to below 1: FNV-1a, then MurmurHash3's mixer. */
static float mix(const char *text, uint32_t i) {
    uint32_t z = 2166136261U;
    for (; *text; text++)
        z = (z ^ (unsigned char)*text) * 16777619U;
    z += i * 0x9E3779B9U;
    z = (z ^ z >> 16) * 0x85EBCA6BU;
    z = (z ^ z >> 13) * 0xC2B2AE35U;
    z ^= z >> 16;
    return (float)(z >> 8) / (1 << 23) - 1;
}

static float *mixed_array(const Case *test_case, const char *name, size_t count, float scale) {
    char text[MOST_TEXT];
    snprintf(text, sizeof text, "%g/%s", case_option(test_case, "seed"), name);
    float *values = memory_new(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = scale * mix(text, (uint32_t)i);
    return values;
}

static float scale_of(const Parameter *parameter) {
    switch (parameter->role) {
    case PARAMETER_KERNEL: {
        int filters = parameter->shape.size[parameter->shape.rank - 1];
        size_t fan_in = parameter->count / (size_t)filters;
        return sqrtf(6 / (float)fan_in);
    }
    case PARAMETER_GAMMA:
    case PARAMETER_MOVING_VARIANCE:
        return 0.25f;
    default:
        return 0.125f;
    }
}

static void set_formula_values(const Case *test_case, const Params *params) {
    for (int i = 0; i < params_count(params); i++) {
        const Parameter *parameter = params_at(params, i);
        float *mixed =
            mixed_array(test_case, parameter->name, parameter->count, scale_of(parameter));
        bool around_one =
            parameter->role == PARAMETER_GAMMA || parameter->role == PARAMETER_MOVING_VARIANCE;
        for (size_t j = 0; j < parameter->count; j++)
            parameter_values(parameter)[j] = mixed[j] + (around_one ? 1.0f : 0.0f);
        free(mixed);
    }
}

static OriginalResNet model_of(const Case *test_case, DataFormat format) {
    OriginalResNet model = original_resnet((int)case_option(test_case, "layers"),
                                           (OriginalStyle)case_option(test_case, "style"),
                                           (int)case_option(test_case, "classes"), format);
    model.form.filters_initial = (int)case_option(test_case, "filters");
    model.is_plain = (bool)case_option(test_case, "plain");
    for (int layer = 0; layer < model.form.num_block_layers; layer++) {
        char key[MOST_TEXT];
        snprintf(key, sizeof key, "blocks%d", layer);
        model.form.block_layer_sizes[layer] = (int)case_option(test_case, key);
    }
    return model;
}

/* A recorded model of a case. */
typedef struct Run {
    OriginalResNet model;
    Params *params;
    Graph *graph;
    Tensor *images, *logits;
} Run;

static Run run_new(const Case *test_case, DataFormat format, bool loops, bool is_training) {
    Run run = {.model = model_of(test_case, format), .params = params_new(0)};
    run.graph = graph_new(run.params, (GraphOptions){.data_format = format, .loops = loops});
    Shape shape = shape_image(
        CHANNELS_LAST, (int)case_option(test_case, "batch"), (int)case_option(test_case, "height"),
        (int)case_option(test_case, "width"), (int)case_option(test_case, "channels"));
    const int *size = shape.size;
    run.images =
        graph_input(run.graph, "images", shape_image(format, size[0], size[1], size[2], size[3]));
    run.logits = original_layers(&run.model, run.images, is_training);
    graph_compile(run.graph, run.logits, is_training);
    poison(run.graph);
    set_formula_values(test_case, run.params);

    size_t count = shape_count(shape);
    float *last = mixed_array(test_case, "images", count, 2),
          *first = memory_new(count, sizeof *first);
    transpose_to_first(shape, last, first);
    tensor_write(run.images, format == CHANNELS_FIRST ? first : last);
    free(last);
    free(first);
    graph_forward(run.graph);
    return run;
}

static void run_free(Run *run) {
    graph_free(run->graph);
    params_free(run->params);
}

static void compare_logits(const Run *run, const Case *test_case, const char *mode) {
    size_t count = shape_count(tensor_shape(run->logits));
    float *values = memory_new(count, sizeof *values);
    tensor_read(run->logits, values);
    assert_near(values, case_array(test_case, mode)->values, count, logits_tolerance,
                smallest_scale, "%s: logits in %s", test_case->name, mode);
    free(values);
}

/* The array's values are evenly chosen ones of `values`, from the first to the last. */
static void compare_samples(const Case *test_case, const char *prefix, const Parameter *parameter,
                            const float *values, double tolerance) {
    char name[MOST_TEXT];
    snprintf(name, sizeof name, "%s_%s", prefix, parameter->name);
    const SafeTensor *expected = case_array(test_case, name);
    size_t count = parameter->count < SAMPLES ? parameter->count : SAMPLES;
    ck_assert_uint_eq((size_t)expected->size[0], count);
    float samples[SAMPLES];
    for (size_t i = 0; i < count; i++)
        samples[i] = values[count > 1 ? i * (parameter->count - 1) / (count - 1) : 0];
    bool is_bias = parameter->role == PARAMETER_BIAS;
    assert_near(samples, expected->values, count, tolerance,
                is_bias ? smallest_scale_of_biases : smallest_scale, "%s: %s", test_case->name,
                name);
}

static void compare_training(const Case *test_case, DataFormat format, bool loops) {
    Run run = run_new(test_case, format, loops, true);
    compare_logits(&run, test_case, "training");
    size_t count = shape_count(tensor_shape(run.logits));
    float *upstream = mixed_array(test_case, "upstream", count, 1);
    graph_backward(run.graph, upstream);
    free(upstream);
    for (int i = 0; i < params_count(run.params); i++) {
        const Parameter *parameter = params_at(run.params, i);
        if (parameter_is_trainable(parameter))
            compare_samples(test_case, "d", parameter, parameter_gradient(parameter),
                            gradient_tolerance);
        else
            compare_samples(test_case, "after", parameter, parameter_values(parameter),
                            average_tolerance);
    }
    run_free(&run);
}

START_TEST(logits_and_gradients_are_pytorchs) {
    Golden *golden = golden_open("original.safetensors");
    int models = 0;
    for (Case test_case = {0}; golden_next(golden, &test_case);) {
        if (strcmp(test_case.operation, "model") != 0)
            continue;
        DataFormat format = _i == 1 ? CHANNELS_FIRST : CHANNELS_LAST;
        bool loops = _i == 2;
        Run run = run_new(&test_case, format, loops, false);
        compare_logits(&run, &test_case, "inference");
        run_free(&run);
        compare_training(&test_case, format, loops);
        models++;
    }
    ck_assert_int_eq(models, 9);
    golden_close(golden);
}
END_TEST

START_TEST(counts_are_pytorchs) {
    Golden *golden = golden_open("original.safetensors");
    int models = 0;
    for (Case test_case = {0}; golden_next(golden, &test_case);) {
        if (strcmp(test_case.operation, "count") != 0)
            continue;
        OriginalResNet model = original_resnet(
            (int)case_option(&test_case, "layers"), (OriginalStyle)case_option(&test_case, "style"),
            (int)case_option(&test_case, "classes"), CHANNELS_LAST);
        Params *params = params_for_test(0);
        Graph *graph = graph_for_test(params, (GraphOptions){0});
        original_layers(&model,
                        graph_input(graph, "images",
                                    shape4(1, 64, 64, (int)case_option(&test_case, "channels"))),
                        true);
        ck_assert_msg(params_trainable_count(params) ==
                              (size_t)case_option(&test_case, "trainable") &&
                          params_moving_count(params) == (size_t)case_option(&test_case, "moving"),
                      "%s: %zu and %zu", test_case.name, params_trainable_count(params),
                      params_moving_count(params));
        models++;
    }
    ck_assert_int_eq(models, 60);
    golden_close(golden);
}
END_TEST

Suite *original_suite(void) {
    Suite *suite = suite_create("original");
    TCase *tests = tcase_with_cleanup("as PyTorch");
    tcase_add_loop_test(tests, logits_and_gradients_are_pytorchs, 0, 3);
    tcase_add_test(tests, counts_are_pytorchs);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, original_model_tests());
    return suite;
}
