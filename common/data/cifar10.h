/* CIFAR-10 in its binary form (Krizhevsky, "Learning multiple layers of features from tiny images",
 * 2009): data_batch_1.bin to data_batch_5.bin for training, test_batch.bin, and batches.meta.txt
 * with the classes' names, a line each, which may be missing.
 *
 * Layout: records of 3073 bytes, a label from 0 to 9 and a 32 x 32 image as three planes, red,
 * green and blue, each row by row. */
#ifndef DATA_CIFAR10_H
#define DATA_CIFAR10_H

#include "data/dataset.h"

/* Whether the directory holds the first training file or the test file. */
bool cifar10_is_in(const char *directory);

/* See dataset_load(). */
Dataset cifar10_load(const char *directory, bool training);

#endif
