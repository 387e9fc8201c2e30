/* Tests of plain_block(). */
#include "blocks_under_test.h"

#include "models/plain.h"

static Tensor *record(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                      bool is_training, int index, int shortcut_filters) {
    (void)shortcut_filters;
    return plain_block(model, inputs, filters, strides, is_training, index);
}

static Images reference(Images images, const char *scope, int filters, int strides,
                        bool projection) {
    (void)projection;
    return images_plain_block(images, scope, filters, strides);
}

static const BlockUnderTest block = {"plain_block", record, reference, 1};

START_TEST(same_shape) {
    try_block(block, (BlockCase){CHANNELS_LAST, true, 4, 4, 1, 0, false});
}
END_TEST

START_TEST(more_filters) {
    try_block(block, (BlockCase){CHANNELS_LAST, true, 3, 5, 1, 0, false});
}
END_TEST

START_TEST(strides) {
    try_block(block, (BlockCase){CHANNELS_LAST, true, 3, 4, 2, 0, false});
}
END_TEST

START_TEST(inference) {
    try_block(block, (BlockCase){CHANNELS_LAST, false, 4, 4, 1, 0, false});
}
END_TEST

START_TEST(another_index) {
    try_block(block, (BlockCase){CHANNELS_LAST, true, 4, 4, 1, 2, false});
}
END_TEST

START_TEST(channels_first) {
    try_block(block, (BlockCase){CHANNELS_FIRST, true, 3, 4, 2, 0, false});
}
END_TEST

void exercise_tests(void) {
    add_test(same_shape, "as many filters as channels, strides 1");
    add_test(more_filters, "more filters than channels");
    add_test(strides, "strides 2");
    add_test(inference, "is_training false: the moving averages");
    add_test(another_index, "index 2: the scope plain_block2");
    add_test(channels_first, "channels_first, strides 2");
}
