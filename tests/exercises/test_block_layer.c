/* Tests of block_layer(). */
#include "reference_blocks.h"

enum { BATCH = 2, HEIGHT = 5, WIDTH = 4, CHANNELS = 3 };

typedef struct LayerCase {
    DataFormat format;
    bool bottleneck, is_training;
    int filters, strides, num_blocks, index;
    const char *scope; /* as index says */
} LayerCase;

static void try_layer(LayerCase c) {
    ResNetModel model = model_for_tests(c.format);
    model.bottleneck = c.bottleneck;
    Tensor *inputs = new_inputs(c.format, BATCH, HEIGHT, WIDTH, CHANNELS);
    Tensor *outputs =
        block_layer(&model, inputs, c.filters, c.strides, c.num_blocks, c.is_training, c.index);
    int channels = c.bottleneck ? 4 * c.filters : c.filters;
    int height = (HEIGHT - 1) / c.strides + 1, width = (WIDTH - 1) / c.strides + 1;
    expect_tensor("block_layer", inputs, outputs,
                  shape_image(c.format, BATCH, height, width, channels));
    recorded_operations(inputs);

    double *values = random_values(7, (size_t)BATCH * HEIGHT * WIDTH * CHANNELS);
    const float *got = run_forward(inputs, outputs, values, 1);
    randomise_parameters(inputs, 1); /* the run has changed the moving averages */
    Images images = images_from(&model, inputs, c.is_training, values);
    Images expected =
        images_block_layer(images, c.scope, c.bottleneck, c.filters, c.strides, c.num_blocks);
    expect_values("outputs", axes_image(c.format, BATCH, height, width, channels), got,
                  images_values(&model, expected), 1e-4);
}

START_TEST(one_block) {
    try_layer((LayerCase){CHANNELS_LAST, false, true, 4, 1, 1, 0, "block_layer0/"});
}
END_TEST

START_TEST(three_blocks) {
    try_layer((LayerCase){CHANNELS_LAST, false, true, 4, 1, 3, 0, "block_layer0/"});
}
END_TEST

START_TEST(strides) {
    try_layer((LayerCase){CHANNELS_LAST, false, true, 4, 2, 2, 0, "block_layer0/"});
}
END_TEST

START_TEST(bottlenecks) {
    try_layer((LayerCase){CHANNELS_LAST, true, true, 2, 2, 2, 0, "block_layer0/"});
}
END_TEST

START_TEST(another_index) {
    try_layer((LayerCase){CHANNELS_LAST, false, true, 4, 1, 2, 3, "block_layer3/"});
}
END_TEST

START_TEST(inference) {
    try_layer((LayerCase){CHANNELS_LAST, false, false, 4, 2, 2, 0, "block_layer0/"});
}
END_TEST

START_TEST(channels_first) {
    try_layer((LayerCase){CHANNELS_FIRST, false, true, 4, 2, 2, 0, "block_layer0/"});
}
END_TEST

void exercise_tests(void) {
    add_test(one_block, "one block: a projection");
    add_test(three_blocks, "three blocks: the second and the third have identity shortcuts");
    add_test(strides, "strides 2: in the first block alone");
    add_test(bottlenecks, "bottleneck blocks: 4 * filters channels");
    add_test(another_index, "index 3: the scope block_layer3");
    add_test(inference, "is_training false reaches every block");
    add_test(channels_first, "channels_first");
}
