/* What the tests of residual_block() and residual_bottleneck() share. */
#ifndef EXERCISES_ORIGINALS_UNDER_TEST_H
#define EXERCISES_ORIGINALS_UNDER_TEST_H

#include "blocks_under_test.h"

#include "models/original_resnet.h"

/* A block under test; with three layers it makes 4 * filters channels. */
typedef struct OriginalUnderTest {
    const char *name; /* of the function, and of the scope before its number */
    Tensor *(*record)(const OriginalResNet *model, Tensor *inputs, int filters, bool use_1x1conv,
                      int strides, bool is_training, int index);
    bool three_layers;
} OriginalUnderTest;

/* What to try. Fields left out: strides 1, inference, the identity, channels_last, d2l's style. */
typedef struct OriginalCase {
    const char *name, *title; /* the test's */
    DataFormat format;
    bool is_training;
    int channels; /* of the inputs */
    int filters, strides, index;
    bool use_1x1conv;
    bool projection_batch_norm, strides_on_first, is_plain; /* the model's */
    bool no_bias; /* the model's conv_bias is false; that alone is looked at */
} OriginalCase;

/* Adds a test for each case: shape, values and the inputs' gradient (against central differences of
 * the equation). */
void add_original_cases(const OriginalUnderTest *block, const OriginalCase *cases, size_t count);

#endif
