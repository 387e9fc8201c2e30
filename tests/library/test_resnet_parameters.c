/* The model's parameters: names, shapes, order and totals for the six published depths, and the
 * configurations of the CIFAR form. */
#include <stdio.h>

#include "cases.h"
#include "cleanup.h"
#include "expect_error.h"
#include "models/resnet.h"

enum { IMAGE = 64 };

typedef struct Depth {
    int num_layers;
    bool bottleneck;
    int blocks[MAX_BLOCK_LAYERS];
    size_t trainable[2]; /* of 3 channels and 1000 classes; of 1 channel and 10 classes */
    size_t moving;
} Depth;

static const Depth depths[] = {
    {18, false, {2, 2, 2, 2}, {11696680, 11182538}, 7808},
    {34, false, {3, 4, 6, 3}, {21808552, 21294410}, 15232},
    {50, true, {3, 4, 6, 3}, {25575912, 23541130}, 45440},
    {101, true, {3, 4, 23, 3}, {44594152, 42559370}, 97664},
    {152, true, {3, 8, 36, 3}, {60260840, 58226058}, 143744},
    {200, true, {3, 24, 36, 3}, {64754152, 62719370}, 168320},
};

enum { DEPTHS = sizeof depths / sizeof depths[0] };

static const int channels_of[] = {3, 1}, classes_of[] = {1000, 10};

/* Walks through a store's parameters, each of which must be the next one expected. */
typedef struct Walk {
    const Params *params;
    int next;
    char scope[64];
    int convolutions, normalisations; /* in this scope */
} Walk;

static void expect(Walk *walk, const char *layer, const char *name, ParameterRole role,
                   Shape shape) {
    char full[256], got[SHAPE_TEXT], wanted[SHAPE_TEXT];
    snprintf(full, sizeof full, "%s%s/%s", walk->scope, layer, name);
    ck_assert_int_lt(walk->next, params_count(walk->params));
    const Parameter *parameter = params_at(walk->params, walk->next++);
    ck_assert_str_eq(parameter->name, full);
    ck_assert_msg(parameter->role == role && shape_equal(parameter->shape, shape),
                  "%s: role %d, shape %s; expected %d, %s", full, parameter->role,
                  shape_text(parameter->shape, got), role, shape_text(shape, wanted));
}

static void expect_conv(Walk *walk, const char *name, int size, int channels, int filters) {
    char numbered[32];
    if (!name) {
        int number = walk->convolutions++;
        snprintf(numbered, sizeof numbered, number ? "conv2d_%d" : "conv2d", number);
        name = numbered;
    }
    expect(walk, name, "kernel", PARAMETER_KERNEL, shape4(size, size, channels, filters));
    expect(walk, name, "bias", PARAMETER_BIAS, shape1(filters));
}

static void expect_batch_norm(Walk *walk, int channels) {
    char name[32];
    int number = walk->normalisations++;
    snprintf(name, sizeof name, number ? "batch_normalization_%d" : "batch_normalization", number);
    expect(walk, name, "gamma", PARAMETER_GAMMA, shape1(channels));
    expect(walk, name, "beta", PARAMETER_BETA, shape1(channels));
    expect(walk, name, "moving_mean", PARAMETER_MOVING_MEAN, shape1(channels));
    expect(walk, name, "moving_variance", PARAMETER_MOVING_VARIANCE, shape1(channels));
}

static void enter(Walk *walk, const char *scope) {
    snprintf(walk->scope, sizeof walk->scope, "%s", scope);
    walk->convolutions = walk->normalisations = 0;
}

static void expect_block(Walk *walk, const Depth *depth, int channels, int filters, bool first) {
    expect_batch_norm(walk, channels);
    int outputs = depth->bottleneck ? 4 * filters : filters;
    if (first)
        expect_conv(walk, NULL, 1, channels, outputs);
    expect_conv(walk, NULL, depth->bottleneck ? 1 : 3, channels, filters);
    expect_batch_norm(walk, filters);
    expect_conv(walk, NULL, 3, filters, filters);
    if (depth->bottleneck) {
        expect_batch_norm(walk, filters);
        expect_conv(walk, NULL, 1, filters, outputs);
    }
}

static void expect_model(Walk *walk, const Depth *depth, int channels, int classes) {
    expect_conv(walk, "conv_initial", 7, channels, 64);
    int reached = 64;
    for (int i = 0; i < MAX_BLOCK_LAYERS; i++)
        for (int j = 0; j < depth->blocks[i]; j++) {
            char scope[64];
            snprintf(scope, sizeof scope, "block_layer%d/%s%d/", i,
                     depth->bottleneck ? "bottleneck_block" : "regular_block", j);
            enter(walk, scope);
            expect_block(walk, depth, reached, 64 << i, j == 0);
            reached = (64 << i) * (depth->bottleneck ? 4 : 1);
        }
    enter(walk, "");
    expect_batch_norm(walk, reached);
    expect(walk, "logits", "kernel", PARAMETER_KERNEL, shape2(reached, classes));
    expect(walk, "logits", "bias", PARAMETER_BIAS, shape1(classes));
    ck_assert_int_eq(walk->next, params_count(walk->params));
}

/* One test a depth, of both tables and both data formats. */
START_TEST(parameters_are_as_published) {
    const Depth *depth = &depths[_i];
    for (int number = 0; number < 4; number++) {
        int channels = channels_of[number / 2], classes = classes_of[number / 2];
        DataFormat format = number % 2 ? CHANNELS_FIRST : CHANNELS_LAST;
        ResNetModel model = resnet_model(depth->num_layers, classes, format);
        Params *params = params_for_test(0);
        Graph *graph = graph_for_test(params, (GraphOptions){.data_format = format});
        Tensor *images =
            graph_input(graph, "images", shape_image(format, 2, IMAGE, IMAGE, channels));
        Tensor *logits = model_layers(&model, images, true);
        ck_assert(shape_equal(tensor_shape(logits), shape2(2, classes)));
        Walk walk = {.params = params};
        expect_model(&walk, depth, channels, classes);
        ck_assert_uint_eq(params_trainable_count(params), depth->trainable[number / 2]);
        ck_assert_uint_eq(params_moving_count(params), depth->moving);
    }
}
END_TEST

START_TEST(cifar_form_has_6n_plus_2_layers) {
    static const int layers[] = {20, 32, 44, 56, 110};
    /* He et al. 2015, section 4.2: 16, 32 and 64 filters; here with a projection in each block
     * layer, biases, and the extra last batch norm of the pre-activation form. */
    for (int i = 0; i < 5; i++) {
        ResNetModel model = resnet_model(layers[i], 10, CHANNELS_LAST);
        ck_assert(!model.bottleneck && !model.stem_pool);
        ck_assert_int_eq(model.num_block_layers, 3);
        ck_assert_int_eq(model.filters_initial, 16);
        ck_assert_int_eq(model.stem_kernel_size, 3);
        ck_assert_int_eq(model.stem_strides, 1);
        int convolutions = 1;
        for (int layer = 0; layer < 3; layer++) {
            convolutions += 2 * model.block_layer_sizes[layer];
            ck_assert_int_eq(model.block_strides[layer], layer ? 2 : 1);
        }
        ck_assert_int_eq(convolutions + 1, layers[i]); /* and the dense layer */
    }
}
END_TEST

static void model_of_17_layers(const void *unused) {
    (void)unused;
    resnet_model(17, 10, CHANNELS_LAST);
}

static void model_of_no_classes(const void *unused) {
    (void)unused;
    resnet_model(18, 0, CHANNELS_LAST);
}

START_TEST(impossible_models_are_errors) {
    expect_error(model_of_17_layers, NULL, "17 layers", "18, 34", NULL);
    expect_error(model_of_no_classes, NULL, "0 classes", NULL);
}
END_TEST

TCase *resnet_parameter_tests(void) {
    TCase *tests = tcase_with_cleanup("parameters");
    tcase_add_loop_test(tests, parameters_are_as_published, 0, DEPTHS);
    tcase_add_test(tests, cifar_form_has_6n_plus_2_layers);
    tcase_add_test(tests, impossible_models_are_errors);
    return tests;
}
