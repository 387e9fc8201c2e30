/* Tests of the pre-activation ResNet as a whole: shapes stage by stage, and both data formats. */
#include "cases.h"

#include <math.h>
#include <stdlib.h>

#include "arrays.h"
#include "base/memory.h"
#include "cleanup.h"
#include "models/resnet.h"

Suite *resnet_suite(void);

enum { BATCH = 2, CLASSES = 10 };

/* ---- both data formats ---- */

/* The logits of a narrow model of so many layers for the same seed, images and format. */
static void find_logits(int num_layers, bool is_training, DataFormat format, Shape images_last,
                        bool loops, float logits[BATCH * CLASSES]) {
    const int *size = images_last.size;
    ResNetModel model = resnet_model(num_layers, CLASSES, format);
    model.filters_initial = 4;
    Params *params = params_new(5);
    Graph *graph = graph_new(params, (GraphOptions){.data_format = format, .loops = loops});
    Tensor *images =
        graph_input(graph, "images", shape_image(format, BATCH, size[1], size[2], size[3]));
    Tensor *outputs = model_layers(&model, images, is_training);
    graph_compile(graph, outputs, false);
    Random random = random_stream(6, 0);
    size_t count = shape_count(images_last);
    float *last = random_normals(&random, count), *first = memory_new(count, sizeof *first);
    transpose_to_first(images_last, last, first);
    tensor_write(images, format == CHANNELS_FIRST ? first : last);
    graph_forward(graph);
    tensor_read(outputs, logits);
    free(last);
    free(first);
    graph_free(graph);
    params_free(params);
}

static const int layers[] = {18, 34, 50, 101, 20, 32};

START_TEST(both_formats_give_the_same_logits) {
    for (int is_training = 0; is_training < 2; is_training++) {
        Shape images = shape4(BATCH, 40, 33, 3);
        float last[BATCH * CLASSES], first[BATCH * CLASSES], loops[BATCH * CLASSES];
        find_logits(layers[_i], is_training, CHANNELS_LAST, images, false, last);
        find_logits(layers[_i], is_training, CHANNELS_FIRST, images, false, first);
        ck_assert_double_gt(largest_magnitude(last, BATCH * CLASSES), 0);
        assert_near(first, last, BATCH * CLASSES, 1e-6, 0, "%d layers", layers[_i]);
        if (layers[_i] > 50)
            continue; /* the loops take long */
        find_logits(layers[_i], is_training, CHANNELS_FIRST, images, true, loops);
        /* 50 batch norms over few values each make much of rounding. */
        assert_near(loops, last, BATCH * CLASSES, 1e-3, 0, "%d layers, loops", layers[_i]);
    }
}
END_TEST

/* ---- stages ---- */

typedef struct Stage {
    int height, width, channels;
} Stage;

static void assert_stage(const Tensor *tensor, Stage expected) {
    ImageSize size = tensor_image_size(tensor);
    ck_assert_msg(size.height == expected.height && size.width == expected.width &&
                      size.channels == expected.channels,
                  "%s is %d x %d x %d, expected %d x %d x %d", tensor_name(tensor), size.height,
                  size.width, size.channels, expected.height, expected.width, expected.channels);
}

/* The published stages of an image of 224 x 224: 112, 56, 56, 28, 14, 7 a side. */
START_TEST(stages_have_the_published_shapes) {
    static const Stage stages[] = {{56, 56, 64}, {28, 28, 128}, {14, 14, 256}, {7, 7, 512}};
    for (int number = 0; number < 4; number++) {
        int expansion = number / 2 ? 4 : 1;
        DataFormat format = number % 2 ? CHANNELS_FIRST : CHANNELS_LAST;
        ResNetModel model = resnet_model(number / 2 ? 50 : 18, 1000, format);
        Params *params = params_for_test(0);
        Graph *graph = graph_for_test(params, (GraphOptions){.data_format = format});
        Tensor *outputs = graph_input(graph, "images", shape_image(format, 1, 224, 224, 3));
        outputs = custom_conv2d(&model, outputs, 64, 7, 2, NULL);
        assert_stage(outputs, (Stage){112, 112, 64});
        outputs = max_pool2d(outputs,
                             (PoolOptions){.pool_size = 3, .strides = 2, .padding = PADDING_SAME});
        assert_stage(outputs, (Stage){56, 56, 64});
        for (int i = 0; i < 4; i++) {
            outputs = block_layer(&model, outputs, 64 << i, model.block_strides[i],
                                  model.block_layer_sizes[i], true, i);
            assert_stage(outputs, (Stage){stages[i].height, stages[i].width,
                                          expansion * stages[i].channels});
        }
    }
}
END_TEST

/* Padding that goes by the kernel alone: ceil(size / strides) outputs for odd kernels, whatever the
 * size is. */
START_TEST(strided_convolutions_halve_any_size) {
    ResNetModel model = resnet_model(20, CLASSES, CHANNELS_LAST);
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){0});
    for (int size = 1; size < 12; size++)
        for (int strides = 1; strides <= 3; strides++)
            for (int kernel_size = 1; kernel_size <= 7; kernel_size += 2) {
                Tensor *images = graph_input(graph, NULL, shape4(1, size, size + 2, 1));
                Tensor *outputs = custom_conv2d(&model, images, 2, kernel_size, strides, NULL);
                assert_stage(outputs, (Stage){(size + strides - 1) / strides,
                                              (size + 2 + strides - 1) / strides, 2});
            }
}
END_TEST

/* ---- the wide one ---- */

/* Each sum by hand: kernels and biases of the stem; then of each block the two convolutions, the
 * projection, and gammas and betas; then the last batch norm's and the dense layer's. */
START_TEST(wide_counts_by_hand) {
    size_t expected = 9 * 64 + 64;
    for (size_t in = 64, out = 64; out <= 256; in = out, out *= 2)
        expected += in * out + 9 * in * out + 9 * out * out + 3 * out + 2 * in + 2 * out;
    expected += 2 * 256 + 256 * CLASSES + CLASSES;
    ResNetModel model = resnet_model(8, CLASSES, CHANNELS_LAST);
    ck_assert_str_eq(model.name, "resnet8x4");
    Params *params = params_for_test(0);
    Graph *graph = graph_for_test(params, (GraphOptions){0});
    Tensor *images = graph_input(graph, "images", shape4(1, 28, 28, 1));
    const Tensor *last = model_layers(&model, images, true);
    ck_assert_int_eq(tensor_shape(last).size[1], CLASSES);
    ck_assert_uint_eq(params_trainable_count(params), expected);
    static const char *const names[] = {
        "conv_initial", "pool_initial", "block_layer0/regular_block0/add",
        "block_layer1/regular_block0/add", "block_layer2/regular_block0/add"};
    static const Stage stages[] = {
        {28, 28, 64}, {14, 14, 64}, {14, 14, 64}, {7, 7, 128}, {4, 4, 256}};
    for (int i = 0; i < 5; i++)
        assert_stage(graph_find(graph, names[i]), stages[i]);
}
END_TEST

/* ---- zero start ---- */

static double largest_difference(int count, const float *one, const float *other) {
    double largest = 0;
    for (int i = 0; i < count; i++)
        largest = fmax(largest, fabs((double)one[i] - (double)other[i]));
    return largest;
}

/* A layer of blocks then computes what its projection alone does. */
START_TEST(zero_start_leaves_the_shortcuts) {
    enum { SIDE = 6, FILTERS = 4, BLOCKS = 3 };
    ResNetModel model = resnet_model(_i ? 50 : 18, CLASSES, CHANNELS_LAST);
    int outputs_count = SIDE * SIDE * FILTERS * (_i ? 4 : 1);
    Params *params = params_for_test(3);
    Graph *graph = graph_for_test(params, (GraphOptions){0});
    Tensor *images = graph_input(graph, "images", shape4(1, SIDE, SIDE, 2));
    Tensor *outputs = block_layer(&model, images, FILTERS, 1, BLOCKS, true, 0);
    tensor_keep(outputs);
    Tensor *shortcut = graph_find(graph, _i ? "block_layer0/bottleneck_block0/conv2d"
                                            : "block_layer0/regular_block0/conv2d");
    tensor_keep(shortcut);
    graph_compile(graph, outputs, false);
    Random random = random_stream(6, 0);
    float *values = random_normals(&random, 2 * SIDE * SIDE);
    float all[SIDE * SIDE * FILTERS * 4], projected[SIDE * SIDE * FILTERS * 4];
    tensor_write(images, values);
    for (int zero = 0; zero < 2; zero++) {
        if (zero)
            resnet_zero_start(params);
        graph_forward(graph);
        tensor_read(outputs, all);
        tensor_read(shortcut, projected);
        double difference = largest_difference(outputs_count, all, projected);
        ck_assert_msg(zero ? difference == 0 : difference > 0.1, "differs by %g", difference);
    }
    free(values);
    const Parameter *first = params_find(params, _i ? "block_layer0/bottleneck_block1/conv2d/kernel"
                                                    : "block_layer0/regular_block1/conv2d/kernel");
    ck_assert(parameter_values(first)[0] != 0); /* or no gradient would reach either */
}
END_TEST

Suite *resnet_suite(void) {
    Suite *suite = suite_create("resnet");
    TCase *tests = tcase_with_cleanup("model");
    tcase_add_loop_test(tests, both_formats_give_the_same_logits, 0, 6);
    tcase_add_test(tests, stages_have_the_published_shapes);
    tcase_add_test(tests, strided_convolutions_halve_any_size);
    tcase_add_test(tests, wide_counts_by_hand);
    tcase_add_loop_test(tests, zero_start_leaves_the_shortcuts, 0, 2);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, resnet_parameter_tests());
    suite_add_tcase(suite, resnet_training_tests());
    return suite;
}
