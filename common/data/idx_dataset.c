/* Finds, reads and cross-checks the four IDX files of a data set. */
#include "data/idx_dataset.h"

#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"
#include "data/idx.h"

#define REMEDY "fetch the files again (make setup does, for Fashion-MNIST)"

enum { FASHION_MNIST_CLASSES = 10 };

static const uLong FASHION_MNIST_CHECKSUM = 0x2ed6e46a; /* CRC-32 of the training labels */

static const char *const fashion_mnist_class_names[FASHION_MNIST_CLASSES] = {
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot",
};

/* What a file is called, but for the separator: "train-images", "idx3-ubyte". */
typedef struct FileName {
    const char *stem, *type;
} FileName;

static const FileName images_names[2] = {{"t10k-images", "idx3-ubyte"},
                                         {"train-images", "idx3-ubyte"}};
static const FileName labels_names[2] = {{"t10k-labels", "idx1-ubyte"},
                                         {"train-labels", "idx1-ubyte"}};

/* The path of the first spelling that is there, or NULL. */
static const char *find_file(Arena *arena, const char *directory, FileName name) {
    for (const char *separator = "-."; *separator; separator++)
        for (int gzipped = 0; gzipped < 2; gzipped++) {
            const char *path = arena_printf(arena, "%s/%s%c%s%s", directory, name.stem, *separator,
                                            name.type, gzipped ? ".gz" : "");
            if (access(path, F_OK) == 0)
                return path;
        }
    return NULL;
}

bool idx_dataset_is_in(const char *directory) {
    Arena *arena = arena_new();
    bool found = find_file(arena, directory, images_names[false]) ||
                 find_file(arena, directory, images_names[true]);
    arena_free(arena);
    return found;
}

static IdxArray read_array(const char *directory, FileName name, int rank) {
    Arena *arena = arena_new();
    const char *path = find_file(arena, directory, name);
    require(path, "%s: holds neither %s-%s nor %s-%s.gz; " REMEDY, directory, name.stem, name.type,
            name.stem, name.type);
    IdxArray array = idx_read(path);
    require(array.rank == rank, "%s: has %d dimensions, not %d; " REMEDY, path, array.rank, rank);
    arena_free(arena);
    return array;
}

static int count_classes(const IdxArray *labels) {
    int largest = 0;
    for (int i = 0; i < labels->size[0]; i++)
        largest = max_int(largest, labels->values[i]);
    return largest + 1;
}

static void name_classes(Dataset *dataset, const char *directory, const IdxArray *training_labels) {
    uLong checksum = crc32(0, training_labels->values, (uInt)training_labels->size[0]);
    class_names_read(dataset->class_names, dataset->classes, directory, NULL);
    if (dataset->classes == FASHION_MNIST_CLASSES && checksum == FASHION_MNIST_CHECKSUM)
        for (int i = 0; i < FASHION_MNIST_CLASSES; i++)
            snprintf(dataset->class_names[i], CLASS_NAME, "%s", fashion_mnist_class_names[i]);
}

/* The classes are the training labels'; those of the test set must be among them. */
static void set_classes(Dataset *dataset, const char *directory) {
    IdxArray training_labels = read_array(directory, labels_names[true], 1);
    dataset->classes = count_classes(&training_labels);
    for (int i = 0; i < dataset->count; i++)
        require(dataset->labels[i] < dataset->classes,
                "%s: test label %d is %d, but the training labels only go from 0 to %d; " REMEDY,
                directory, i, dataset->labels[i], dataset->classes - 1);
    dataset->class_names = memory_new((size_t)dataset->classes, sizeof(ClassName));
    name_classes(dataset, directory, &training_labels);
    idx_free(&training_labels);
}

Dataset idx_dataset_load(const char *directory, bool training) {
    IdxArray images = read_array(directory, images_names[training], 3);
    IdxArray labels = read_array(directory, labels_names[training], 1);
    require(images.size[0] == labels.size[0], "%s: %s holds %d images, but %s %d labels; " REMEDY,
            directory, images_names[training].stem, images.size[0], labels_names[training].stem,
            labels.size[0]);
    Dataset dataset = {
        .count = images.size[0],
        .height = images.size[1],
        .width = images.size[2],
        .channels = 1,
        .images = images.values,
        .labels = labels.values,
    };
    set_classes(&dataset, directory);
    return dataset;
}
