/* Tests of model_layers(). */
#include "reference_blocks.h"

#include <stdio.h>

enum { BATCH = 2, SIZE = 10, SCOPE_TEXT = 32 };

static Images reference(const ResNetModel *model, Images images) {
    images = images_conv2d(images, "conv_initial", model->stem_kernel_size, model->filters_initial,
                           model->stem_strides);
    if (model->stem_pool)
        images = images_max_pool(images);
    for (int i = 0; i < model->num_block_layers; i++) {
        char scope[SCOPE_TEXT];
        snprintf(scope, sizeof scope, "block_layer%d/", i);
        images = images_block_layer(images, scope, model->bottleneck, model->filters_initial << i,
                                    model->block_strides[i], model->block_layer_sizes[i]);
    }
    return images_logits(images_pre_activation(images, "batch_normalization"), "logits",
                         model->output_size);
}

/* A test ends at the first wrong shape; how the filters grow tells mistakes apart. */
static void record_filters(const Tensor *inputs) {
    Params *params = graph_params(tensor_graph(inputs));
    int count = params_count(params);
    float *filters = output_floats("filters", (size_t)count);
    for (int p = 0; p < count; p++) {
        Shape shape = params_at(params, p)->shape;
        filters[p] = (float)shape.size[shape.rank - 1];
    }
    record_output("filters", axes_line('p', (size_t)count), filters);
}

static void try_images(ResNetModel model, bool is_training, int channels) {
    int classes = model.output_size;
    Tensor *inputs = new_inputs(model.data_format, BATCH, SIZE, SIZE, channels);
    Tensor *outputs = model_layers(&model, inputs, is_training);
    expect_tensor("model_layers", inputs, outputs, shape2(BATCH, classes));
    record_text("the last tensor", tensor_name(outputs));
    record_filters(inputs);

    double *values = random_values(8, (size_t)BATCH * SIZE * SIZE * channels);
    const float *got = run_forward(inputs, outputs, values, 1);
    randomise_parameters(inputs, 1); /* the run has changed the moving averages */
    Images expected = reference(&model, images_from(&model, inputs, is_training, values));
    expect_values("logits", axes("nk", (int[]){BATCH, classes}), got, expected.values, 1e-3);
    if (model.stem_pool && !graph_find(tensor_graph(inputs), "pool_initial"))
        fail_test("There is no tensor called pool_initial: the stem's pool must have this name.");
}

static void try_model(ResNetModel model, bool is_training) {
    try_images(model, is_training, 1);
}

START_TEST(inference) {
    try_model(model_for_tests(CHANNELS_LAST), false);
}
END_TEST

START_TEST(training) {
    ResNetModel model = model_for_tests(CHANNELS_LAST);
    model.num_block_layers = 2;
    try_model(model, true);
}
END_TEST

START_TEST(cifar_form) {
    ResNetModel model = model_for_tests(CHANNELS_LAST);
    model.stem_kernel_size = 3;
    model.stem_strides = 1;
    model.stem_pool = false;
    model.num_block_layers = 3;
    model.block_layer_sizes[1] = 1;
    try_model(model, false);
}
END_TEST

START_TEST(bottlenecks) {
    ResNetModel model = model_for_tests(CHANNELS_LAST);
    model.bottleneck = true;
    model.num_block_layers = 2;
    try_model(model, false);
}
END_TEST

START_TEST(other_strides) {
    ResNetModel model = model_for_tests(CHANNELS_LAST);
    model.num_block_layers = 3;
    model.block_strides[0] = 2;
    model.block_strides[1] = 1;
    model.block_strides[2] = 3;
    try_model(model, false);
}
END_TEST

START_TEST(other_numbers) {
    ResNetModel model = model_for_tests(CHANNELS_LAST);
    model.output_size = 12;
    model.filters_initial = 3;
    model.stem_kernel_size = 5;
    model.stem_strides = 1;
    model.num_block_layers = 2;
    model.block_layer_sizes[0] = 1;
    model.block_layer_sizes[1] = 3;
    try_images(model, false, 3);
}
END_TEST

START_TEST(channels_first) {
    try_model(model_for_tests(CHANNELS_FIRST), false);
}
END_TEST

void exercise_tests(void) {
    add_test(inference, "a small ResNet-18, inference");
    add_test(training, "two block layers, training");
    add_test(cifar_form, "the CIFAR form: 3x3 stem, no pool, three block layers");
    add_test(bottlenecks, "bottleneck blocks");
    add_test(other_strides, "block_strides 2, 1, 3");
    add_test(other_numbers, "12 classes, three channels, a 5x5 stem, one block and three blocks");
    add_test(channels_first, "channels_first");
}
