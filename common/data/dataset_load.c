/* Finds the data and hands them to the reader of their kind. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/error.h"
#include "data/cifar10.h"
#include "data/dataset.h"
#include "data/idx_dataset.h"
#include "data/image_folder.h"

static const char LOCAL_DIRECTORY[] = "datasets/fashion-mnist";
static const char DEBIAN_DIRECTORY[] = "/usr/share/datasets/fashion-mnist";

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

void dataset_require_one_size(const Dataset *training, const Dataset *test) {
    require(training->height == test->height && training->width == test->width &&
                training->channels == test->channels,
            "the training images have %d x %d pixels and %d channels, the test images %d x %d and "
            "%d; bring both to one size (--resize N, where a program has it)",
            training->width, training->height, training->channels, test->width, test->height,
            test->channels);
}

Dataset dataset_load(const char *directory, bool training) {
    return dataset_load_sized(directory, training, 0);
}
