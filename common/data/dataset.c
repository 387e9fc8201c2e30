/* Finds, reads and cross-checks the four files of Fashion-MNIST. */
#include "data/dataset.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/idx.h"

static const char LOCAL_DIRECTORY[] = "datasets/fashion-mnist";
static const char DEBIAN_DIRECTORY[] = "/usr/share/datasets/fashion-mnist";
static const double PIXEL_MAX = 255.0;

const char *const fashion_mnist_class_names[FASHION_MNIST_CLASSES] = {
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot",
};

/* The path of the plain or the gzipped file, or NULL if the directory has neither. */
static const char *find_file(Arena *arena, const char *directory, const char *name) {
    const char *path = arena_printf(arena, "%s/%s", directory, name);
    if (access(path, F_OK) == 0)
        return path;
    path = arena_printf(arena, "%s/%s.gz", directory, name);
    return access(path, F_OK) == 0 ? path : NULL;
}

/* The directory to read from: the one named, or the first usual place that has the file. */
static const char *find_directory(Arena *arena, const char *directory, const char *name) {
    if (directory)
        return directory;
    const char *variable = getenv("FASHION_MNIST");
    if (variable && *variable)
        return variable;
    if (find_file(arena, LOCAL_DIRECTORY, name))
        return LOCAL_DIRECTORY;
    require(find_file(arena, DEBIAN_DIRECTORY, name),
            "Fashion-MNIST: no file %s(.gz) in %s or %s, and $FASHION_MNIST is not set; "
            "run make setup, or name its directory with --data",
            name, LOCAL_DIRECTORY, DEBIAN_DIRECTORY);
    return DEBIAN_DIRECTORY;
}

static IdxArray read_array(const char *directory, const char *name, int rank) {
    Arena *arena = arena_new();
    directory = find_directory(arena, directory, name);
    require(access(directory, F_OK) == 0,
            "%s: no such directory; run make setup, or name the one that holds Fashion-MNIST",
            directory);
    const char *path = find_file(arena, directory, name);
    require(path,
            "%s: holds neither %s nor %s.gz; run make setup, or name the directory "
            "that holds Fashion-MNIST",
            directory, name, name);
    IdxArray array = idx_read(path);
    require(array.rank == rank, "%s: has %d dimensions, not %d; run make setup to fetch it again",
            path, array.rank, rank);
    arena_free(arena);
    return array;
}

static void check_labels(const Dataset *dataset, const char *name) {
    for (int i = 0; i < dataset->count; i++)
        require(dataset->labels[i] < dataset->classes,
                "%s: label %d is %d, but there are only the classes 0 to %d; "
                "run make setup to fetch the file again",
                name, i, dataset->labels[i], dataset->classes - 1);
}

Dataset dataset_load(const char *directory, bool training) {
    const char *images_name = training ? "train-images-idx3-ubyte" : "t10k-images-idx3-ubyte";
    const char *labels_name = training ? "train-labels-idx1-ubyte" : "t10k-labels-idx1-ubyte";
    IdxArray images = read_array(directory, images_name, 3);
    IdxArray labels = read_array(directory, labels_name, 1);
    require(images.size[0] == labels.size[0],
            "%s holds %d images, but %s holds %d labels; "
            "run make setup to fetch both again",
            images_name, images.size[0], labels_name, labels.size[0]);
    Dataset dataset = {
        .count = images.size[0],
        .height = images.size[1],
        .width = images.size[2],
        .channels = 1,
        .classes = FASHION_MNIST_CLASSES,
        .images = images.values,
        .labels = labels.values,
    };
    check_labels(&dataset, labels_name);
    return dataset;
}

void dataset_free(Dataset *dataset) {
    free(dataset->images);
    free(dataset->labels);
    *dataset = (Dataset){0};
}

void dataset_limit(Dataset *dataset, int count) {
    require(count >= 1, "dataset limit: keep at least 1 image, not %d", count);
    if (count < dataset->count)
        dataset->count = count;
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
