/* Tests of block_layer(). */
#include "reference_blocks.h"

enum { BATCH = 2, HEIGHT = 5, WIDTH = 4 };

typedef struct LayerCase {
    const char *name, *title; /* the test's */
    DataFormat format;
    bool bottleneck, is_training;
    int filters, strides, num_blocks, index;
    const char *scope; /* as index says */
    int channels;      /* of the inputs */
} LayerCase;

static void try_layer(const void *row) {
    LayerCase c = *(const LayerCase *)row;
    ResNetModel model = model_for_tests(c.format);
    model.bottleneck = c.bottleneck;
    Tensor *inputs = new_inputs(c.format, BATCH, HEIGHT, WIDTH, c.channels);
    Tensor *outputs =
        block_layer(&model, inputs, c.filters, c.strides, c.num_blocks, c.is_training, c.index);
    int channels = c.bottleneck ? 4 * c.filters : c.filters;
    int height = (HEIGHT - 1) / c.strides + 1, width = (WIDTH - 1) / c.strides + 1;
    expect_tensor("block_layer", inputs, outputs,
                  shape_image(c.format, BATCH, height, width, channels));
    recorded_operations(inputs);

    double *values = random_values(7, (size_t)BATCH * HEIGHT * WIDTH * c.channels);
    const float *got = run_forward(inputs, outputs, values, 1);
    randomise_parameters(inputs, 1); /* the run has changed the moving averages */
    Images images = images_from(&model, inputs, c.is_training, values);
    Images expected =
        images_block_layer(images, c.scope, c.bottleneck, c.filters, c.strides, c.num_blocks);
    expect_values("outputs", axes_image(c.format, BATCH, height, width, channels), got,
                  images_values(&model, expected), 1e-4);
}

static const LayerCase cases[] = {
    {"one_block", "one block: a projection", CHANNELS_LAST, false, true, 4, 1, 1, 0,
     "block_layer0/", 3},
    {"three_blocks", "three blocks: the second and the third have identity shortcuts",
     CHANNELS_LAST, false, true, 4, 1, 3, 0, "block_layer0/", 3},
    {"strides", "strides 2: in the first block alone", CHANNELS_LAST, false, true, 4, 2, 2, 0,
     "block_layer0/", 3},
    {"bottlenecks", "bottleneck blocks: 4 * filters channels", CHANNELS_LAST, true, true, 2, 2, 2,
     0, "block_layer0/", 3},
    {"another_index", "index 3: the scope block_layer3", CHANNELS_LAST, false, true, 4, 1, 2, 3,
     "block_layer3/", 3},
    {"inference", "is_training false reaches every block", CHANNELS_LAST, false, false, 4, 2, 2, 0,
     "block_layer0/", 3},
    {"same_shape", "a projection in the first block although the shape stays", CHANNELS_LAST, false,
     true, 4, 1, 2, 0, "block_layer0/", 4},
    {"same_shape_bottlenecks", "three bottlenecks of the same shape, in inference", CHANNELS_LAST,
     true, false, 2, 1, 3, 0, "block_layer0/", 8},
    {"other_numbers", "four blocks of three filters, strides 3", CHANNELS_LAST, false, true, 3, 3,
     4, 12, "block_layer12/", 6},
    {"channels_first", "channels_first", CHANNELS_FIRST, false, true, 4, 2, 2, 0, "block_layer0/",
     3},
};

void exercise_tests(void) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        add_case(cases[i].name, cases[i].title, try_layer, &cases[i]);
}
