/* Finds the data and hands them to the reader of their kind. */
#include "data/dataset.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/integers.h"
#include "data/cifar10.h"
#include "data/idx_dataset.h"
#include "data/image_folder.h"

static const char LOCAL_DIRECTORY[] = "datasets/fashion-mnist";
static const char DEBIAN_DIRECTORY[] = "/usr/share/datasets/fashion-mnist";
static const double PIXEL_MAX = 255.0;

/* The directory to read from: the one named, or the first usual place that has the data. */
static const char *find_directory(const char *directory) {
    if (directory)
        return directory;
    const char *variable = getenv("FASHION_MNIST");
    if (variable && *variable)
        return variable;
    if (idx_dataset_is_in(LOCAL_DIRECTORY))
        return LOCAL_DIRECTORY;
    require(idx_dataset_is_in(DEBIAN_DIRECTORY),
            "Fashion-MNIST: neither %s nor %s holds its files, and $FASHION_MNIST is not set; "
            "run make setup, or name its directory with --data",
            LOCAL_DIRECTORY, DEBIAN_DIRECTORY);
    return DEBIAN_DIRECTORY;
}

static Dataset load(const char *directory, bool training, int size) {
    struct stat status;
    require(stat(directory, &status) == 0 && S_ISDIR(status.st_mode),
            "%s: no such directory; run make setup, or name the one that holds the data",
            directory);
    if (idx_dataset_is_in(directory))
        return idx_dataset_load(directory, training);
    if (cifar10_is_in(directory))
        return cifar10_load(directory, training);
    if (image_folder_is_in(directory))
        return image_folder_load(directory, training, size);
    die("%s: holds neither train-images-idx3-ubyte(.gz) (IDX files, as MNIST's) nor "
        "data_batch_1.bin (CIFAR-10) nor train/ (a folder of images a class); run make setup for "
        "Fashion-MNIST, or name the directory that holds one of these",
        directory);
}

Dataset dataset_load_sized(const char *directory, bool training, int size) {
    directory = find_directory(directory);
    Dataset dataset = load(directory, training, size);
    require(dataset.classes >= 2,
            "%s: its images are all of one class; to tell classes apart, two are needed",
            directory);
    return dataset;
}

Dataset dataset_load(const char *directory, bool training) {
    return dataset_load_sized(directory, training, 0);
}

void dataset_free(Dataset *dataset) {
    free(dataset->images);
    free(dataset->labels);
    free(dataset->class_names);
    *dataset = (Dataset){0};
}

void dataset_limit(Dataset *dataset, int count) {
    require(count >= 1, "dataset limit: keep at least 1 image, not %d", count);
    dataset->count = min_int(dataset->count, count);
}

DatasetStatistics dataset_statistics(const Dataset *dataset) {
    /* Whole numbers, so that the sums are exact. */
    uint64_t sums[DATASET_MAX_CHANNELS] = {0}, squares[DATASET_MAX_CHANNELS] = {0};
    size_t pixels = (size_t)dataset->count * dataset->height * dataset->width;
    require(dataset->channels <= DATASET_MAX_CHANNELS,
            "dataset statistics: %d channels, at most %d", dataset->channels, DATASET_MAX_CHANNELS);
    const unsigned char *pixel = dataset->images;
    for (size_t i = 0; i < pixels; i++, pixel += dataset->channels)
        for (int c = 0; c < dataset->channels; c++) {
            sums[c] += pixel[c];
            squares[c] += (uint64_t)pixel[c] * pixel[c];
        }
    DatasetStatistics statistics = {0};
    for (int c = 0; c < dataset->channels; c++) {
        double mean = (double)sums[c] / (double)pixels;
        double variance = (double)squares[c] / (double)pixels - mean * mean;
        statistics.mean[c] = (float)(mean / PIXEL_MAX);
        statistics.standard_deviation[c] = (float)(sqrt(fmax(variance, 0.0)) / PIXEL_MAX);
    }
    return statistics;
}
