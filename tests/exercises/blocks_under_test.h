/* What the tests of regular_block() and bottleneck_block() share. */
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
    DataFormat format;
    bool is_training;
    int channels, filters, strides, index;
    bool projection;
} BlockCase;

/* Shape, values and the inputs' gradient (against central differences of the reference). */
void try_block(BlockUnderTest block, BlockCase c);

#endif
