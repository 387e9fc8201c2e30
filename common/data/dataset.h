/* Labelled images: Fashion-MNIST, or what a directory of the reader's own holds:
 *
 *   the four IDX files of MNIST and its successors              data/idx_dataset.h
 *   CIFAR-10's binary files                                     data/cifar10.h
 *   train/ and test/, each with a folder of images a class      data/image_folder.h
 *
 * The data are looked for in the first of these that is set: the directory given, the environment
 * variable FASHION_MNIST; otherwise in datasets/fashion-mnist, then in
 * /usr/share/datasets/fashion-mnist, where Debian's package dataset-fashion-mnist puts them. */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <stdbool.h>

#include "data/class_names.h"
#include "data/image.h"

enum { DATASET_MAX_CHANNELS = 4 };

typedef struct Dataset {
    int count, height, width, channels, classes;
    unsigned char *images;  /* (count, height, width, channels), 0 to 255 */
    unsigned char *labels;  /* (count), each below classes */
    ClassName *class_names; /* (classes) */
} Dataset;

/* Loads the training or the test images; directory may be NULL. Ends the program if a file is
 * missing or damaged, if images and labels differ in number, a label is out of range, or there are
 * not at least two classes. */
Dataset dataset_load(const char *directory, bool training);

/* Ends the program if images of the two have other sizes. */
void dataset_require_one_size(const Dataset *training, const Dataset *test);

/* Like dataset_load(); the images of a folder a class, which may differ in size, are brought to
 * size x size pixels (0: they must not differ). Other images stay as they are. */
Dataset dataset_load_sized(const char *directory, bool training, int size);

void dataset_free(Dataset *dataset);

/* Keeps the first count images; all if there are no more than that. */
void dataset_limit(Dataset *dataset, int count);

/* Image number `number`, whose pixels stay the data set's. */
Image dataset_image(const Dataset *dataset, int number);

typedef struct DatasetStatistics {
    float mean[DATASET_MAX_CHANNELS];
    float standard_deviation[DATASET_MAX_CHANNELS];
} DatasetStatistics;

/* The mean and the (biased) standard deviation of each channel's pixels, scaled to [0, 1]. */
DatasetStatistics dataset_statistics(const Dataset *dataset);

#endif
