/* Tests of bottleneck_block(). */
#include "blocks_under_test.h"

static const BlockUnderTest block = {"bottleneck_block", bottleneck_block, images_bottleneck_block,
                                     4};

static const BlockCase cases[] = {
    {"identity", "identity shortcut, strides 1", CHANNELS_LAST, true, 8, 2, 1, 0, false},
    {"projection", "projection shortcut, strides 1", CHANNELS_LAST, true, 3, 2, 1, 0, true},
    {"strides", "projection shortcut, strides 2", CHANNELS_LAST, true, 3, 2, 2, 0, true},
    {"inference", "is_training false: the moving averages", CHANNELS_LAST, false, 8, 2, 1, 0,
     false},
    {"another_index", "index 2: the scope bottleneck_block2", CHANNELS_LAST, true, 8, 2, 1, 2,
     false},
    {"same_shape", "a projection although the shape stays", CHANNELS_LAST, true, 8, 2, 1, 0, true},
    {"wider", "identity shortcut, three filters", CHANNELS_LAST, true, 12, 3, 1, 0, false},
    {"other_numbers", "three filters for six channels, strides 3, index 11", CHANNELS_LAST, true, 6,
     3, 3, 11, true},
    {"channels_first", "channels_first, strides 2", CHANNELS_FIRST, true, 3, 2, 2, 0, true},
};

void exercise_tests(void) {
    add_block_cases(&block, cases, sizeof cases / sizeof *cases);
}
