/* Tests of common/data/dataset.h: where data are found, sets of IDX files, and what is common to
 * all kinds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cases.h"
#include "data/dataset.h"
#include "expect_error.h"
#include "temporary.h"
#include "test_data.h"

enum { IMAGES = 3, LABELS_HEADER = 8 };

/* How the four files of a set are spelled. */
typedef struct Spelling {
    char separator;
    bool gzipped;
} Spelling;

static void write_idx(const char *set, const char *stem, const char *type, Spelling spelling,
                      const void *bytes, size_t count) {
    char name[100];
    snprintf(name, sizeof name, "%s/%s%c%s%s", set, stem, spelling.separator, type,
             spelling.gzipped ? ".gz" : "");
    if (spelling.gzipped)
        gzip_file(name, bytes, count);
    else
        temporary_file(name, bytes, count);
}

/* 3 images of 1 x 2 pixels, and their labels. */
static void write_half(const char *set, const char *half, Spelling spelling,
                       const unsigned char labels[IMAGES]) {
    static const unsigned char images_idx[] = {0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0,
                                               1, 0, 0, 0, 2, 0, 1, 2, 3, 4, 255};
    unsigned char labels_idx[LABELS_HEADER + IMAGES] = {0, 0, 8, 1, 0, 0, 0, IMAGES};
    memcpy(labels_idx + LABELS_HEADER, labels, IMAGES);
    char stem[20];
    snprintf(stem, sizeof stem, "%s-images", half);
    write_idx(set, stem, "idx3-ubyte", spelling, images_idx, sizeof images_idx);
    snprintf(stem, sizeof stem, "%s-labels", half);
    write_idx(set, stem, "idx1-ubyte", spelling, labels_idx, sizeof labels_idx);
}

/* A set whose training labels are 0, largest, 1, and whose test labels are 4, 0, last. */
static const char *write_set(const char *name, Spelling spelling, int largest, int last) {
    mkdir(temporary_path(name), 0777);
    write_half(name, "train", spelling, (const unsigned char[]){0, (unsigned char)largest, 1});
    write_half(name, "t10k", spelling, (const unsigned char[]){4, 0, (unsigned char)last});
    return temporary_path(name);
}

static const Spelling plain = {'-', false}, gzipped = {'-', true};

static void load_test_set(const void *directory) {
    Dataset dataset = dataset_load(directory, false);
    dataset_free(&dataset);
}

static void load_training_set(const void *directory) {
    Dataset dataset = dataset_load(directory, true);
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
    ck_assert_str_eq(dataset.class_names[9], "class 9");
    dataset_free(&dataset);
}

START_TEST(dataset_is_found_in_order) {
    const char *given = write_set("given", gzipped, 9, 1),
               *variable = write_set("env", plain, 9, 2);
    setenv("FASHION_MNIST", variable, 1);
    assert_small_set(dataset_load(given, false), 1);
    assert_small_set(dataset_load(NULL, false), 2);
    write_set("datasets", plain, 9, 3);
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

START_TEST(idx_sets_in_every_spelling) {
    const Spelling spellings[] = {plain, gzipped, {'.', false}, {'.', true}};
    for (int i = 0; i < 4; i++) {
        char name[20];
        snprintf(name, sizeof name, "spelling%d", i);
        assert_small_set(dataset_load(write_set(name, spellings[i], 9, 7), false), 7);
    }
}
END_TEST

START_TEST(idx_sets_have_as_many_classes_as_training_labels) {
    Dataset training = dataset_load(write_set("many", plain, 255, 1), true);
    ck_assert_int_eq(training.classes, 256);
    ck_assert_int_eq(training.labels[1], 255);
    ck_assert_str_eq(training.class_names[0], "class 0");
    ck_assert_str_eq(training.class_names[255], "class 255");
    dataset_free(&training);
    Dataset test = dataset_load(temporary_path("many"), false);
    ck_assert_int_eq(test.classes, 256);
    dataset_free(&test);
    test = dataset_load(write_set("five", plain, 4, 4), false);
    ck_assert_int_eq(test.classes, 5);
    dataset_free(&test);
}
END_TEST

START_TEST(dataset_missing_is_an_error) {
    const char *nowhere = temporary_path("nowhere"), *half = write_set("half", gzipped, 9, 1);
    expect_error(load_test_set, nowhere, nowhere, "no such directory", "make setup", NULL);
    ck_assert_int_eq(unlink(temporary_path("half/t10k-labels-idx1-ubyte.gz")), 0);
    expect_error(load_test_set, half, half, "t10k-labels-idx1-ubyte.gz", "make setup", NULL);
    setenv("FASHION_MNIST", nowhere, 1);
    expect_error(load_test_set, NULL, nowhere, "no such directory", "make setup", NULL);
    mkdir(temporary_path("bare"), 0777);
    expect_error(load_test_set, temporary_path("bare"), "train-images-idx3-ubyte",
                 "data_batch_1.bin", "train/", "make setup", NULL);
}
END_TEST

START_TEST(dataset_contradictions_are_errors) {
    const char *wrong = write_set("label", gzipped, 9, 10);
    expect_error(load_test_set, wrong, wrong, "test label 2 is 10", "from 0 to 9", "make setup",
                 NULL);
    const char *fewer = write_set("fewer", plain, 9, 1);
    const unsigned char two_labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 4, 0};
    temporary_file("fewer/t10k-labels-idx1-ubyte", two_labels, sizeof two_labels);
    expect_error(load_test_set, fewer, "3 images", "2 labels", "make setup", NULL);
    const char *rank = write_set("rank", plain, 9, 1);
    temporary_file("rank/t10k-images-idx3-ubyte", two_labels, sizeof two_labels);
    expect_error(load_test_set, rank, "1 dimensions, not 3", "make setup", NULL);
}
END_TEST

START_TEST(dataset_of_one_class_is_an_error) {
    const char *one = write_set("one", plain, 0, 0);
    write_half("one", "train", plain, (const unsigned char[]){0, 0, 0});
    expect_error(load_training_set, one, one, "one class", NULL);
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
    Dataset dataset = {2, 1, 2, 3, 10, images, NULL, NULL};
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
        ck_assert_str_eq(dataset.class_names[dataset.labels[0]], "Ankle boot");
        if (training) {
            DatasetStatistics statistics = dataset_statistics(&dataset);
            ck_assert_float_eq_tol(statistics.mean[0], 0.2860F, 5e-5F);
            ck_assert_float_eq_tol(statistics.standard_deviation[0], 0.3530F, 5e-5F);
        }
        dataset_free(&dataset);
    }
}
END_TEST

static void require_one_size(const void *test) {
    const Dataset training = {.height = 28, .width = 28, .channels = 1};
    dataset_require_one_size(&training, test);
}

START_TEST(dataset_of_two_sizes_is_an_error) {
    const Dataset alike = {.count = 7, .height = 28, .width = 28, .channels = 1};
    const Dataset narrow = {.height = 28, .width = 20, .channels = 1};
    require_one_size(&alike);
    expect_error(require_one_size, &narrow, "28 x 28", "20 x 28", "one size", NULL);
}
END_TEST

TCase *dataset_tests(void) {
    TCase *tests = tcase_create("dataset");
    temporary_add(tests);
    tcase_add_test(tests, dataset_is_found_in_order);
    tcase_add_test(tests, idx_sets_in_every_spelling);
    tcase_add_test(tests, idx_sets_have_as_many_classes_as_training_labels);
    tcase_add_test(tests, dataset_missing_is_an_error);
    tcase_add_test(tests, dataset_contradictions_are_errors);
    tcase_add_test(tests, dataset_of_one_class_is_an_error);
    tcase_add_test(tests, dataset_of_two_sizes_is_an_error);
    tcase_add_test(tests, dataset_limit_keeps_the_first);
    tcase_add_test(tests, dataset_statistics_per_channel);
    tcase_add_test(tests, fashion_mnist_is_as_published);
    return tests;
}
