/* Tests of common/data: IDX files and data sets; images and safetensors have their own files. */
#include "test_data.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "data/dataset.h"
#include "data/idx.h"
#include "expect_error.h"
#include "temporary.h"

Suite *data_suite(void);

/* ---- IDX ---- */

static const unsigned char MATRIX[] = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 11, 12, 13, 14, 15};
enum { MATRIX_HEADER = 12 };

static const char *gzip_file(const char *name, const void *bytes, size_t count) {
    const char *path = temporary_path(name);
    gzFile stream = gzopen(path, "wb");
    ck_assert_ptr_nonnull(stream);
    ck_assert_int_eq(gzwrite(stream, bytes, (unsigned)count), (int)count);
    ck_assert_int_eq(gzclose(stream), Z_OK);
    return path;
}

static void read_idx(const void *path) {
    IdxArray array = idx_read(path);
    idx_free(&array);
}

/* Requires that the file of these bytes, plain and gzipped, is an error that gives the reason. */
static void expect_idx_error(const void *bytes, size_t count, const char *reason) {
    const char *plain = temporary_file("bad", bytes, count);
    expect_error(read_idx, plain, plain, reason, "make setup", NULL);
    const char *gzipped = gzip_file("bad.gz", bytes, count);
    expect_error(read_idx, gzipped, gzipped, reason, "make setup", NULL);
}

START_TEST(idx_reads_plain_and_gzipped) {
    const char *paths[] = {temporary_file("matrix", MATRIX, sizeof MATRIX),
                           gzip_file("matrix.gz", MATRIX, sizeof MATRIX)};
    for (int i = 0; i < 2; i++) {
        IdxArray array = idx_read(paths[i]);
        ck_assert_int_eq(array.rank, 2);
        ck_assert_int_eq(array.size[0], 2);
        ck_assert_int_eq(array.size[1], 3);
        ck_assert_int_eq(array.size[2], 0);
        ck_assert_mem_eq(array.values, MATRIX + MATRIX_HEADER, 6);
        idx_free(&array);
        ck_assert_ptr_null(array.values);
    }
}
END_TEST

START_TEST(idx_reads_ranks_1_and_4) {
    const unsigned char vector[] = {0, 0, 8, 1, 0, 0, 0, 2, 7, 9};
    IdxArray array = idx_read(temporary_file("vector", vector, sizeof vector));
    ck_assert_int_eq(array.size[0], 2);
    ck_assert_int_eq(array.values[1], 9);
    idx_free(&array);
    unsigned char four[20 + 300] = {0, 0, 8, 4, 0, 0, 1, 44, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};
    array = idx_read(temporary_file("four", four, sizeof four));
    ck_assert_int_eq(array.size[0], 300); /* big-endian */
    ck_assert_int_eq(array.size[3], 1);
    idx_free(&array);
}
END_TEST

START_TEST(idx_missing_files_are_errors) {
    const char *path = temporary_path("missing");
    expect_error(read_idx, path, path, "No such file", "make setup", NULL);
    expect_error(read_idx, temporary_path("."), "not a regular file", "make setup", NULL);
}
END_TEST

START_TEST(idx_wrong_headers_are_errors) {
    const struct {
        int place, value;
        const char *reason;
    } cases[] = {
        {0, '<', "not an IDX file"},
        {1, 1, "not an IDX file"},
        {2, 0x0D, "IDX type 0x0d"},
        {3, 0, "0 dimensions"},
        {3, 5, "5 dimensions"},
        {7, 0, "dimension 0 has size 0"},
        {4, 0x80, "more than 2 GiB"},
        {4, 0x7F, "more than 2 GiB"},
        {5, 0x10, "cannot hold them"},
        {7, 3, "promises 9 values, but only 6 follow"},
        {11, 2, "more bytes follow than the 4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char bytes[sizeof MATRIX];
        memcpy(bytes, MATRIX, sizeof MATRIX);
        bytes[cases[i].place] = (unsigned char)cases[i].value;
        expect_idx_error(bytes, sizeof bytes, cases[i].reason);
    }
    const unsigned char huge[] = {0,    0,    8,    4,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                  0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    expect_idx_error(huge, sizeof huge, "more than 2 GiB");
}
END_TEST

START_TEST(idx_cut_off_files_are_errors) {
    for (size_t count = 0; count < MATRIX_HEADER; count++)
        expect_idx_error(MATRIX, count, "ends within its IDX header");
    for (size_t count = MATRIX_HEADER; count < sizeof MATRIX; count++)
        expect_idx_error(MATRIX, count, "promises 6 values, but only");
}
END_TEST

START_TEST(idx_damaged_gzip_is_an_error) {
    unsigned char noise[5000] = {0, 0, 8, 1, 0, 0, 0x13, 0x80}, gzipped[6000];
    Random random = random_stream(1, 0);
    for (size_t i = 8; i < sizeof noise; i++)
        noise[i] = (unsigned char)random_below(&random, 256);
    FILE *stream = fopen(gzip_file("noise.gz", noise, sizeof noise), "rb");
    size_t count = fread(gzipped, 1, sizeof gzipped, stream);
    fclose(stream);
    const char *path = temporary_path("damaged.gz");
    for (size_t cut = count - 1; cut > count / 2; cut -= 300) {
        temporary_file("damaged.gz", gzipped, cut);
        expect_error(read_idx, path, path, "cut off", "make setup", NULL);
    }
    const size_t places[] = {3000, count - 6}; /* in the data, in the checksum */
    for (int i = 0; i < 2; i++) {
        gzipped[places[i]] ^= 0x10;
        temporary_file("damaged.gz", gzipped, count);
        expect_error(read_idx, path, path, "corrupt", "make setup", NULL);
        gzipped[places[i]] ^= 0x10;
    }
}
END_TEST

TCase *idx_tests(void) {
    TCase *tests = tcase_create("idx");
    temporary_add(tests);
    tcase_add_test(tests, idx_reads_plain_and_gzipped);
    tcase_add_test(tests, idx_reads_ranks_1_and_4);
    tcase_add_test(tests, idx_missing_files_are_errors);
    tcase_add_test(tests, idx_wrong_headers_are_errors);
    tcase_add_test(tests, idx_cut_off_files_are_errors);
    tcase_add_test(tests, idx_damaged_gzip_is_an_error);
    return tests;
}

/* ---- data sets ---- */

/* Writes a set of 3 images of 1 x 2 pixels; label is the last one's. */
static const char *write_set(const char *name, int labels, int label, bool gzipped) {
    const unsigned char images_idx[] = {0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0,
                                        1, 0, 0, 0, 2, 0, 1, 2, 3, 4, 255};
    unsigned char labels_idx[] = {0, 0, 8, 1, 0, 0, 0, 0, 4, 0, 0, 0, 0};
    labels_idx[7] = (unsigned char)labels;
    labels_idx[7 + labels] = (unsigned char)label;
    mkdir(temporary_path(name), 0777);
    char images_name[100], labels_name[100];
    snprintf(images_name, sizeof images_name, "%s/t10k-images-idx3-ubyte%s", name,
             gzipped ? ".gz" : "");
    snprintf(labels_name, sizeof labels_name, "%s/t10k-labels-idx1-ubyte%s", name,
             gzipped ? ".gz" : "");
    size_t label_bytes = 8 + (size_t)labels;
    if (gzipped) {
        gzip_file(images_name, images_idx, sizeof images_idx);
        gzip_file(labels_name, labels_idx, label_bytes);
    } else {
        temporary_file(images_name, images_idx, sizeof images_idx);
        temporary_file(labels_name, labels_idx, label_bytes);
    }
    return temporary_path(name);
}

static void load_test_set(const void *directory) {
    Dataset dataset = dataset_load(directory, false);
    dataset_free(&dataset);
}

static void assert_small_set(Dataset dataset, int last_label) {
    ck_assert_int_eq(dataset.count, 3);
    ck_assert_int_eq(dataset.height, 1);
    ck_assert_int_eq(dataset.width, 2);
    ck_assert_int_eq(dataset.channels, 1);
    ck_assert_int_eq(dataset.classes, 10);
    ck_assert_int_eq(dataset.images[5], 255);
    ck_assert_int_eq(dataset.labels[0], 4);
    ck_assert_int_eq(dataset.labels[2], last_label);
    dataset_free(&dataset);
}

START_TEST(dataset_is_found_in_order) {
    const char *given = write_set("given", 3, 1, true), *variable = write_set("env", 3, 2, false);
    setenv("FASHION_MNIST", variable, 1);
    assert_small_set(dataset_load(given, false), 1);
    assert_small_set(dataset_load(NULL, false), 2);
    write_set("datasets", 3, 3, false);
    unsetenv("FASHION_MNIST");
    mkdir(temporary_path("work"), 0777);
    ck_assert_int_eq(chdir(temporary_path("work")), 0);
    mkdir("datasets", 0777);
    ck_assert_int_eq(rename(temporary_path("datasets"), "datasets/fashion-mnist"), 0);
    assert_small_set(dataset_load(NULL, false), 3);
    setenv("FASHION_MNIST", "", 1);
    assert_small_set(dataset_load(NULL, false), 3);
}
END_TEST

START_TEST(dataset_missing_is_an_error) {
    const char *nowhere = temporary_path("nowhere"), *half = write_set("half", 3, 1, true);
    expect_error(load_test_set, nowhere, nowhere, "no such directory", "make setup", NULL);
    ck_assert_int_eq(unlink(temporary_path("half/t10k-labels-idx1-ubyte.gz")), 0);
    expect_error(load_test_set, half, half, "t10k-labels-idx1-ubyte.gz", "make setup", NULL);
    setenv("FASHION_MNIST", nowhere, 1);
    expect_error(load_test_set, NULL, nowhere, "no such directory", "make setup", NULL);
}
END_TEST

START_TEST(dataset_contradictions_are_errors) {
    expect_error(load_test_set, write_set("label", 3, 10, true), "label 2 is 10", "classes 0 to 9",
                 "t10k-labels", "make setup", NULL);
    expect_error(load_test_set, write_set("fewer", 2, 1, true), "3 images", "2 labels",
                 "make setup", NULL);
    const char *directory = write_set("rank", 3, 1, true);
    gzip_file("rank/t10k-images-idx3-ubyte.gz", MATRIX, sizeof MATRIX);
    expect_error(load_test_set, directory, "2 dimensions, not 3", "make setup", NULL);
}
END_TEST

static void limit_to_none(const void *unused) {
    (void)unused;
    Dataset dataset = {.count = 3};
    dataset_limit(&dataset, 0);
}

START_TEST(dataset_limit_keeps_the_first) {
    Dataset dataset = {.count = 3};
    dataset_limit(&dataset, 5);
    ck_assert_int_eq(dataset.count, 3);
    dataset_limit(&dataset, 2);
    ck_assert_int_eq(dataset.count, 2);
    expect_error(limit_to_none, NULL, "at least 1", NULL);
}
END_TEST

START_TEST(dataset_statistics_per_channel) {
    /* Channel 0 is constant; channel 1 is 0 or 255, half and half; channel 2 is 0, 51, 102, 153. */
    unsigned char images[] = {51, 0, 0, 51, 255, 51, 51, 0, 102, 51, 255, 153};
    Dataset dataset = {2, 1, 2, 3, 10, images, NULL};
    DatasetStatistics statistics = dataset_statistics(&dataset);
    ck_assert_float_eq_tol(statistics.mean[0], 0.2F, 1e-7F);
    ck_assert_float_eq_tol(statistics.standard_deviation[0], 0, 1e-7F);
    ck_assert_float_eq_tol(statistics.mean[1], 0.5F, 1e-7F);
    ck_assert_float_eq_tol(statistics.standard_deviation[1], 0.5F, 1e-7F);
    ck_assert_float_eq_tol(statistics.mean[2], 0.3F, 1e-7F);
    ck_assert_float_eq_tol(statistics.standard_deviation[2], 0.2F * sqrtf(1.25F), 1e-7F);
}
END_TEST

START_TEST(fashion_mnist_is_as_published) {
    for (int training = 0; training < 2; training++) {
        Dataset dataset = dataset_load(NULL, training);
        ck_assert_int_eq(dataset.count, training ? 60000 : 10000);
        ck_assert_int_eq(dataset.height, 28);
        ck_assert_int_eq(dataset.width, 28);
        int counts[10] = {0};
        for (int i = 0; i < dataset.count; i++)
            counts[dataset.labels[i]]++;
        for (int i = 0; i < 10; i++)
            ck_assert_int_eq(counts[i], dataset.count / 10);
        ck_assert_str_eq(fashion_mnist_class_names[dataset.labels[0]], "Ankle boot");
        if (training) {
            DatasetStatistics statistics = dataset_statistics(&dataset);
            ck_assert_float_eq_tol(statistics.mean[0], 0.2860F, 5e-5F);
            ck_assert_float_eq_tol(statistics.standard_deviation[0], 0.3530F, 5e-5F);
        }
        dataset_free(&dataset);
    }
}
END_TEST

TCase *dataset_tests(void) {
    TCase *tests = tcase_create("dataset");
    temporary_add(tests);
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, dataset_is_found_in_order);
    tcase_add_test(tests, dataset_missing_is_an_error);
    tcase_add_test(tests, dataset_contradictions_are_errors);
    tcase_add_test(tests, dataset_limit_keeps_the_first);
    tcase_add_test(tests, dataset_statistics_per_channel);
    tcase_add_test(tests, fashion_mnist_is_as_published);
    return tests;
}

Suite *data_suite(void) {
    Suite *suite = suite_create("data");
    suite_add_tcase(suite, idx_tests());
    suite_add_tcase(suite, dataset_tests());
    suite_add_tcase(suite, image_tests());
    suite_add_tcase(suite, safetensors_tests());
    return suite;
}
