/* Tests of residual_bottleneck(). */
#include "originals_under_test.h"

static const OriginalUnderTest block = {"residual_bottleneck", residual_bottleneck, true};

START_TEST(identity) {
    try_original(block, (OriginalCase){.is_training = true, .channels = 8, .filters = 2});
}
END_TEST

START_TEST(projection) {
    try_original(block, (OriginalCase){
                            .is_training = true, .channels = 3, .filters = 2, .use_1x1conv = true});
}
END_TEST

START_TEST(strides_on_3x3) {
    try_original(
        block,
        (OriginalCase){
            .is_training = true, .channels = 3, .filters = 2, .use_1x1conv = true, .strides = 2});
}
END_TEST

START_TEST(strides_on_first) {
    try_original(block, (OriginalCase){.is_training = true,
                                       .channels = 3,
                                       .filters = 2,
                                       .use_1x1conv = true,
                                       .strides = 2,
                                       .strides_on_first = true});
}
END_TEST

START_TEST(normalised_projection) {
    try_original(block, (OriginalCase){.is_training = true,
                                       .channels = 3,
                                       .filters = 2,
                                       .use_1x1conv = true,
                                       .strides = 2,
                                       .strides_on_first = true,
                                       .projection_batch_norm = true});
}
END_TEST

/* Of a Keras model, whose projections would be normalised. */
START_TEST(identity_has_no_projection) {
    try_original(block, (OriginalCase){.is_training = true,
                                       .channels = 8,
                                       .filters = 2,
                                       .projection_batch_norm = true});
}
END_TEST

START_TEST(plain) {
    try_original(block, (OriginalCase){.is_training = true,
                                       .channels = 3,
                                       .filters = 2,
                                       .use_1x1conv = true,
                                       .strides = 2,
                                       .is_plain = true});
}
END_TEST

START_TEST(inference) {
    try_original(block, (OriginalCase){.channels = 3,
                                       .filters = 2,
                                       .use_1x1conv = true,
                                       .projection_batch_norm = true});
}
END_TEST

START_TEST(another_index) {
    try_original(block,
                 (OriginalCase){.is_training = true, .channels = 8, .filters = 2, .index = 2});
}
END_TEST

START_TEST(channels_first) {
    try_original(block, (OriginalCase){.format = CHANNELS_FIRST,
                                       .is_training = true,
                                       .channels = 3,
                                       .filters = 2,
                                       .use_1x1conv = true,
                                       .strides = 3});
}
END_TEST

void exercise_tests(void) {
    add_test(identity, "the inputs as the shortcut");
    add_test(projection, "use_1x1conv, strides 1");
    add_test(strides_on_3x3, "strides 2 on the 3x3 convolution");
    add_test(strides_on_first, "strides_on_first: strides 2 on the first 1x1");
    add_test(normalised_projection, "projection_batch_norm: a batch norm after the projection");
    add_test(identity_has_no_projection, "projection_batch_norm, but no projection");
    add_test(plain, "is_plain: no shortcut");
    add_test(inference, "is_training false: the moving averages");
    add_test(another_index, "index 2: the scope residual_bottleneck2");
    add_test(channels_first, "channels_first, strides 3");
}
