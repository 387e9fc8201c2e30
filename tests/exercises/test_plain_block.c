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

static const BlockCase cases[] = {
    {"same_shape", "as many filters as channels, strides 1", CHANNELS_LAST, true, 4, 4, 1, 0,
     false},
    {"more_filters", "more filters than channels", CHANNELS_LAST, true, 3, 5, 1, 0, false},
    {"strides", "strides 2", CHANNELS_LAST, true, 3, 4, 2, 0, false},
    {"inference", "is_training false: the moving averages", CHANNELS_LAST, false, 4, 4, 1, 0,
     false},
    {"another_index", "index 2: the scope plain_block2", CHANNELS_LAST, true, 4, 4, 1, 2, false},
    {"other_numbers", "three filters for six channels, strides 3, index 11", CHANNELS_LAST, true, 6,
     3, 3, 11, false},
    {"channels_first", "channels_first, strides 2", CHANNELS_FIRST, true, 3, 4, 2, 0, false},
};

void exercise_tests(void) {
    add_block_cases(&block, cases, sizeof cases / sizeof *cases);
}
