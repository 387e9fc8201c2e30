/* Tests of the pre-activation ResNet as a whole: shapes stage by stage, and both data formats. */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

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

Suite *resnet_suite(void) {
    Suite *suite = suite_create("resnet");
    TCase *tests = tcase_with_cleanup("model");
    tcase_add_loop_test(tests, both_formats_give_the_same_logits, 0, 6);
    tcase_add_test(tests, stages_have_the_published_shapes);
    tcase_add_test(tests, strided_convolutions_halve_any_size);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, resnet_parameter_tests());
    suite_add_tcase(suite, resnet_training_tests());
    return suite;
}
