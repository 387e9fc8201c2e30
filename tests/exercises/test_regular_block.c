/* Tests of regular_block(). */
#include "blocks_under_test.h"

static const BlockUnderTest block = {"regular_block", regular_block, images_regular_block, 1};

START_TEST(identity) {
    try_block(block, (BlockCase){CHANNELS_LAST, true, 4, 4, 1, 0, false});
}
END_TEST

START_TEST(projection) {
    try_block(block, (BlockCase){CHANNELS_LAST, true, 3, 4, 1, 0, true});
}
END_TEST

START_TEST(strides) {
    try_block(block, (BlockCase){CHANNELS_LAST, true, 3, 4, 2, 0, true});
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
    try_block(block, (BlockCase){CHANNELS_FIRST, true, 3, 4, 2, 0, true});
}
END_TEST

void exercise_tests(void) {
    add_test(identity, "identity shortcut, strides 1");
    add_test(projection, "projection shortcut, strides 1");
    add_test(strides, "projection shortcut, strides 2");
    add_test(inference, "is_training false: the moving averages");
    add_test(another_index, "index 2: the scope regular_block2");
    add_test(channels_first, "channels_first, strides 2");
}
