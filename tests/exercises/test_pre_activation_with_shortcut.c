/* Tests of pre_activation_with_shortcut(). */
#include "reference_blocks.h"

enum { BATCH = 2, HEIGHT = 5, WIDTH = 6, CHANNELS = 3 };

static Shape image_shape(DataFormat format, Images images) {
    return shape_image(format, images.batch, images.height, images.width, images.channels);
}

/* Of the pair, only the one that is asked for is computed: a graph has one target. */
static void try_one(DataFormat format, bool is_training, ShortcutParams params, bool shortcut) {
    ResNetModel model = model_for_tests(format);
    Tensor *inputs = new_inputs(format, BATCH, HEIGHT, WIDTH, CHANNELS);
    PreActivated got = pre_activation_with_shortcut(&model, inputs, is_training, params);
    int strides = params.filters ? params.strides : 1;
    int filters = params.filters ? params.filters : CHANNELS;
    expect_tensor("pre_activation_with_shortcut (.inputs)", inputs, got.inputs,
                  shape_image(format, BATCH, HEIGHT, WIDTH, CHANNELS));
    expect_tensor(
        "pre_activation_with_shortcut (.shortcut)", inputs, got.shortcut,
        shape_image(format, BATCH, (HEIGHT - 1) / strides + 1, (WIDTH - 1) / strides + 1, filters));

    double *values = random_values(3, (size_t)BATCH * HEIGHT * WIDTH * CHANNELS);
    randomise_parameters(inputs, 1);
    Images images = images_from(&model, inputs, is_training, values);
    Images expected = images_pre_activation(images, "batch_normalization");
    if (shortcut)
        expected = params.filters ? images_conv2d(expected, "conv2d", 1, filters, strides) : images;
    const float *outputs = run_forward(inputs, shortcut ? got.shortcut : got.inputs, values, 1);
    Shape shape = image_shape(format, expected);
    expect_values(shortcut ? "shortcut" : "inputs",
                  axes(format == CHANNELS_FIRST ? "nchw" : "nhwc", shape.size), outputs,
                  images_values(&model, expected), 1e-5);
}

START_TEST(pre_activated) {
    try_one(CHANNELS_LAST, true, (ShortcutParams){0, 1}, false);
}
END_TEST

START_TEST(identity) {
    try_one(CHANNELS_LAST, true, (ShortcutParams){0, 1}, true);
}
END_TEST

START_TEST(projection) {
    try_one(CHANNELS_LAST, true, (ShortcutParams){7, 1}, true);
}
END_TEST

START_TEST(projection_strided) {
    try_one(CHANNELS_LAST, true, (ShortcutParams){4, 2}, true);
    try_one(CHANNELS_LAST, true, (ShortcutParams){4, 3}, true);
}
END_TEST

START_TEST(projection_to_same) {
    try_one(CHANNELS_LAST, true, (ShortcutParams){CHANNELS, 1}, true);
}
END_TEST

START_TEST(identity_whatever_strides) {
    try_one(CHANNELS_LAST, true, (ShortcutParams){0, 2}, true);
}
END_TEST

START_TEST(inference) {
    try_one(CHANNELS_LAST, false, (ShortcutParams){0, 1}, false);
    try_one(CHANNELS_LAST, false, (ShortcutParams){4, 2}, true);
}
END_TEST

START_TEST(channels_first) {
    try_one(CHANNELS_FIRST, true, (ShortcutParams){0, 1}, true);
    try_one(CHANNELS_FIRST, true, (ShortcutParams){4, 2}, true);
}
END_TEST

void exercise_tests(void) {
    add_test(pre_activated, "inputs: batch norm and ReLU of what came in");
    add_test(identity, "no filters: the shortcut is what came in, untouched");
    add_test(projection, "filters: a 1x1 convolution of the pre-activated inputs");
    add_test(projection_strided, "the projection has the strides");
    add_test(projection_to_same,
             "as many filters as there are channels: a projection all the same");
    add_test(identity_whatever_strides, "no filters, strides 2: the shortcut is what came in");
    add_test(inference, "is_training false: the moving averages");
    add_test(channels_first, "channels_first");
}
