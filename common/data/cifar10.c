#include "data/cifar10.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

enum { CLASSES = 10, SIDE = 32, CHANNELS = 3, PLANE = SIDE * SIDE, RECORD = 1 + CHANNELS * PLANE };
enum { TRAINING_FILES = 5, MOST_NAMES_BYTES = 4096 };

#define REMEDY "unpack cifar-10-binary.tar.gz again"

static const char *const training_files[TRAINING_FILES] = {"data_batch_1.bin", "data_batch_2.bin",
                                                           "data_batch_3.bin", "data_batch_4.bin",
                                                           "data_batch_5.bin"};
static const char *const test_files[] = {"test_batch.bin"};
static const char names_file[] = "batches.meta.txt";

static bool is_there(const char *directory, const char *name) {
    Arena *arena = arena_new();
    bool there = access(arena_printf(arena, "%s/%s", directory, name), F_OK) == 0;
    arena_free(arena);
    return there;
}

bool cifar10_is_in(const char *directory) {
    return is_there(directory, training_files[0]) || is_there(directory, test_files[0]);
}

/* How many records a file holds. */
static int count_records(const char *path) {
    struct stat status;
    require(stat(path, &status) == 0, "%s: cannot read: %s; " REMEDY, path, strerror(errno));
    require(S_ISREG(status.st_mode) && status.st_size > 0 && status.st_size % RECORD == 0,
            "%s: has %lld bytes, which is not a number of records of %d bytes each; " REMEDY, path,
            (long long)status.st_size, RECORD);
    require(status.st_size / RECORD <= INT_MAX / TRAINING_FILES,
            "%s: holds %lld images, too many; " REMEDY, path, (long long)status.st_size / RECORD);
    return (int)(status.st_size / RECORD);
}

/* Three planes become pixels of three channels. */
static void interleave(const unsigned char *planes, unsigned char *pixels) {
    for (int i = 0; i < PLANE; i++)
        for (int c = 0; c < CHANNELS; c++)
            pixels[i * CHANNELS + c] = planes[c * PLANE + i];
}

/* Adds the file's records behind the images that are there. */
static void read_records(const char *path, int count, Dataset *dataset) {
    FILE *stream = fopen(path, "rb");
    require(stream, "%s: cannot read: %s; check its permissions", path, strerror(errno));
    for (int i = 0; i < count; i++) {
        unsigned char record[RECORD];
        require(fread(record, 1, RECORD, stream) == RECORD, "%s: ends within image %d; " REMEDY,
                path, i);
        require(record[0] < CLASSES, "%s: label %d is %d, not from 0 to %d; " REMEDY, path, i,
                record[0], CLASSES - 1);
        dataset->labels[dataset->count] = record[0];
        interleave(record + 1, dataset->images + (size_t)dataset->count * CHANNELS * PLANE);
        dataset->count++;
    }
    fclose(stream);
}

static void name_classes(Dataset *dataset, const char *path) {
    char text[MOST_NAMES_BYTES] = "";
    FILE *stream = fopen(path, "r");
    if (stream) {
        text[fread(text, 1, sizeof text - 1, stream)] = '\0';
        fclose(stream);
    }
    dataset->class_names = memory_new(CLASSES, sizeof(ClassName));
    class_names_read(dataset->class_names, CLASSES, path, text);
}

Dataset cifar10_load(const char *directory, bool training) {
    Arena *arena = arena_new();
    const char *const *names = training ? training_files : test_files;
    int files = training ? TRAINING_FILES : 1, counts[TRAINING_FILES], total = 0;
    const char *paths[TRAINING_FILES];
    for (int i = 0; i < files; i++) {
        paths[i] = arena_printf(arena, "%s/%s", directory, names[i]);
        counts[i] = count_records(paths[i]);
        total += counts[i];
    }
    Dataset dataset = {.height = SIDE, .width = SIDE, .channels = CHANNELS, .classes = CLASSES};
    dataset.images = memory_new((size_t)total, CHANNELS * PLANE);
    dataset.labels = memory_new((size_t)total, 1);
    for (int i = 0; i < files; i++)
        read_records(paths[i], counts[i], &dataset);
    name_classes(&dataset, arena_printf(arena, "%s/%s", directory, names_file));
    arena_free(arena);
    return dataset;
}
