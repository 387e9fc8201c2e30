/* What the tests of regular_block(), bottleneck_block() and plain_block() share. */
#ifndef EXERCISES_BLOCKS_UNDER_TEST_H
#define EXERCISES_BLOCKS_UNDER_TEST_H

#include "reference_blocks.h"

/* A block under test, its reference, and how many channels it makes of `filters`. */
typedef struct BlockUnderTest {
    const char *name; /* of the function, and of the scope before its number */
    Tensor *(*record)(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                      bool is_training, int index, int shortcut_filters);
    Images (*reference)(Images images, const char *scope, int filters, int strides,
                        bool projection);
    int expansion;
} BlockUnderTest;

/* What to try; channels: of the inputs. */
typedef struct BlockCase {
    const char *name, *title; /* the test's */
    DataFormat format;
    bool is_training;
    int channels, filters, strides, index;
    bool projection;
} BlockCase;

/* What a block makes of the images; row: of the table of cases. */
typedef Images BlockEquation(Images images, const void *row);

/* Runs what was recorded from inputs to outputs, and compares the outputs and some of the inputs'
 * gradient with the equation's. */
void expect_block(const ResNetModel *model, Tensor *inputs, Tensor *outputs, bool is_training,
                  BlockEquation *equation, const void *row);

/* Adds a test for each case: shape, values and the inputs' gradient (against central differences of
 * the reference). */
void add_block_cases(const BlockUnderTest *block, const BlockCase *cases, size_t count);

#endif
