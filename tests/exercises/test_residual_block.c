/* Tests of residual_block(). */
#include "originals_under_test.h"

static const OriginalUnderTest block = {"residual_block", residual_block, false};

static const OriginalCase cases[] = {
    {"identity", "the inputs as the shortcut", .is_training = true, .channels = 3, .filters = 3},
    {"projection", "use_1x1conv, strides 1", .is_training = true, .channels = 3, .filters = 4,
     .use_1x1conv = true},
    {"strides", "use_1x1conv, strides 2", .is_training = true, .channels = 3, .filters = 6,
     .use_1x1conv = true, .strides = 2},
    {"normalised_projection", "projection_batch_norm: a batch norm after the projection",
     .is_training = true, .channels = 3, .filters = 4, .use_1x1conv = true, .strides = 2,
     .projection_batch_norm = true},
    /* Of a Keras model, whose projections would be normalised. */
    {"identity_has_no_projection", "projection_batch_norm, but no projection", .is_training = true,
     .channels = 3, .filters = 3, .projection_batch_norm = true},
    {"plain", "is_plain: no shortcut", .is_training = true, .channels = 3, .filters = 4,
     .strides = 2, .use_1x1conv = true, .is_plain = true},
    {"no_bias", "conv_bias false: convolutions without a bias", .is_training = true, .channels = 3,
     .filters = 4, .use_1x1conv = true, .strides = 2, .no_bias = true},
    {"inference", "is_training false: the moving averages", .channels = 3, .filters = 4,
     .use_1x1conv = true, .projection_batch_norm = true},
    {"another_index", "index 2: the scope residual_block2", .is_training = true, .channels = 3,
     .filters = 3, .index = 2},
    {"same_shape", "use_1x1conv although the shape stays", .is_training = true, .channels = 4,
     .filters = 4, .use_1x1conv = true},
    {"wider", "the inputs as the shortcut, five filters", .is_training = true, .channels = 5,
     .filters = 5},
    {"other_numbers", "two filters for five channels, strides 3, index 11", .is_training = true,
     .channels = 5, .filters = 2, .use_1x1conv = true, .strides = 3, .index = 11},
    {"channels_first", "channels_first, strides 3", .format = CHANNELS_FIRST, .is_training = true,
     .channels = 3, .filters = 4, .use_1x1conv = true, .strides = 3},
};

void exercise_tests(void) {
    add_original_cases(&block, cases, sizeof cases / sizeof *cases);
}
