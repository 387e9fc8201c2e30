/* Data sets in MNIST's four files: train-images-idx3-ubyte, train-labels-idx1-ubyte, and the same
 * two with t10k-. Each may be gzipped (.gz), and spelled with a dot: train-images.idx3-ubyte.
 *
 * The training labels say how many classes there are: one more than the largest. Fashion-MNIST is
 * known by its labels and gets its classes' names; the classes of other sets have numbers. */
#ifndef DATA_IDX_DATASET_H
#define DATA_IDX_DATASET_H

#include "data/dataset.h"

/* Whether the directory holds training or test images of this kind. */
bool idx_dataset_is_in(const char *directory);

/* See dataset_load(). Test labels must be among the training set's classes. */
Dataset idx_dataset_load(const char *directory, bool training);

#endif
