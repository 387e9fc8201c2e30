/* Labelled images: Fashion-MNIST, or any set in its four files.
 *
 * The files are train-images-idx3-ubyte, train-labels-idx1-ubyte and the same two with t10k-, each
 * plain or with .gz. They are looked for in the first of these that is set: the directory given,
 * the environment variable FASHION_MNIST; otherwise in datasets/fashion-mnist, then in
 * /usr/share/datasets/fashion-mnist, where Debian's package dataset-fashion-mnist puts them. */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <stdbool.h>

enum { FASHION_MNIST_CLASSES = 10, DATASET_MAX_CHANNELS = 4 };

extern const char *const fashion_mnist_class_names[FASHION_MNIST_CLASSES];

typedef struct Dataset {
    int count, height, width, channels, classes;
    unsigned char *images; /* (count, height, width, channels), 0 to 255 */
    unsigned char *labels; /* (count), each below classes */
} Dataset;

/* Loads the 60,000 training or the 10,000 test images; directory may be NULL. Ends the program if a
 * file is missing or damaged, if images and labels differ in number, or a label is out of range. */
Dataset dataset_load(const char *directory, bool training);

void dataset_free(Dataset *dataset);

/* Keeps the first count images; all if there are no more than that. */
void dataset_limit(Dataset *dataset, int count);

typedef struct DatasetStatistics {
    float mean[DATASET_MAX_CHANNELS];
    float standard_deviation[DATASET_MAX_CHANNELS];
} DatasetStatistics;

/* The mean and the (biased) standard deviation of each channel's pixels, scaled to [0, 1]. */
DatasetStatistics dataset_statistics(const Dataset *dataset);

#endif
