/* Tests of CIFAR-10's binary files, on files made by hand. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cases.h"
#include "data/dataset.h"
#include "expect_error.h"
#include "temporary.h"

enum { SIDE = 32, PLANE = SIDE * SIDE, RECORD = 1 + 3 * PLANE };

static const char meta[] =
    "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";

/* Red is the row, green the column, blue a number of the image's own. */
static void make_record(unsigned char *record, int label, int number) {
    record[0] = (unsigned char)label;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            record[1 + y * SIDE + x] = (unsigned char)y;
            record[1 + PLANE + y * SIDE + x] = (unsigned char)x;
            record[1 + 2 * PLANE + y * SIDE + x] = (unsigned char)number;
        }
}

/* Two images in each file: numbers 10 i and 10 i + 1 in data_batch_i, 60 and 61 in test_batch. The
 * labels are the last digits of 7 * number. */
static const char *write_set(const char *name) {
    mkdir(temporary_path(name), 0777);
    for (int file = 1; file <= 6; file++) {
        char path[60];
        unsigned char records[2 * RECORD];
        for (int i = 0; i < 2; i++)
            make_record(records + (size_t)i * RECORD, (10 * file + i) * 7 % 10, 10 * file + i);
        snprintf(path, sizeof path, file < 6 ? "%s/data_batch_%d.bin" : "%s/test_batch.bin", name,
                 file);
        temporary_file(path, records, sizeof records);
    }
    return temporary_path(name);
}

static void load_training_set(const void *directory) {
    Dataset dataset = dataset_load(directory, true);
    dataset_free(&dataset);
}

START_TEST(cifar10_becomes_channels_last) {
    const char *directory = write_set("cifar");
    Dataset dataset = dataset_load(directory, true);
    ck_assert_int_eq(dataset.count, 10);
    ck_assert_int_eq(dataset.height, SIDE);
    ck_assert_int_eq(dataset.width, SIDE);
    ck_assert_int_eq(dataset.channels, 3);
    ck_assert_int_eq(dataset.classes, 10);
    for (int n = 0; n < dataset.count; n++) {
        int number = 10 * (n / 2 + 1) + n % 2;
        ck_assert_int_eq(dataset.labels[n], number * 7 % 10);
        const unsigned char *pixel = dataset.images + (size_t)n * PLANE * 3;
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++, pixel += 3) {
                ck_assert_int_eq(pixel[0], y);
                ck_assert_int_eq(pixel[1], x);
                ck_assert_int_eq(pixel[2], number);
            }
    }
    dataset_free(&dataset);
    dataset = dataset_load(directory, false);
    ck_assert_int_eq(dataset.count, 2);
    ck_assert_int_eq(dataset.labels[1], 7);
    ck_assert_int_eq(dataset.images[5], 60);
    dataset_free(&dataset);
}
END_TEST

START_TEST(cifar10_names_its_classes) {
    const char *directory = write_set("named");
    Dataset dataset = dataset_load(directory, false);
    ck_assert_str_eq(dataset.class_names[3], "class 3");
    dataset_free(&dataset);
    temporary_file("named/batches.meta.txt", meta, sizeof meta - 1);
    dataset = dataset_load(directory, false);
    ck_assert_str_eq(dataset.class_names[0], "airplane");
    ck_assert_str_eq(dataset.class_names[9], "truck");
    dataset_free(&dataset);
    temporary_file("named/batches.meta.txt", "one\r\n\r\nthree", 12);
    dataset = dataset_load(directory, false);
    ck_assert_str_eq(dataset.class_names[0], "one");
    ck_assert_str_eq(dataset.class_names[1], "class 1");
    ck_assert_str_eq(dataset.class_names[2], "three");
    ck_assert_str_eq(dataset.class_names[3], "class 3");
    dataset_free(&dataset);
    temporary_file("named/batches.meta.txt", "caf\xe9\n", 5); /* Latin 1 */
    expect_error(load_training_set, directory, "batches.meta.txt", "UTF-8", NULL);
}
END_TEST

START_TEST(cifar10_damaged_files_are_errors) {
    static unsigned char records[2 * RECORD];
    const char *directory = write_set("damaged"), *file = "damaged/data_batch_3.bin";
    make_record(records, 1, 1);
    make_record(records + RECORD, 10, 1);
    temporary_file(file, records, sizeof records);
    expect_error(load_training_set, directory, "data_batch_3.bin", "label 1 is 10", "unpack", NULL);
    records[RECORD] = 9;
    for (size_t cut = 0; cut < sizeof records; cut += RECORD - 1) {
        temporary_file(file, records, cut);
        expect_error(load_training_set, directory, "data_batch_3.bin", "3073", "unpack", NULL);
    }
    temporary_file(file, records, sizeof records);
    load_training_set(directory);
    ck_assert_int_eq(unlink(temporary_path(file)), 0);
    expect_error(load_training_set, directory, "data_batch_3.bin", "No such file", "unpack", NULL);
}
END_TEST

TCase *cifar10_tests(void) {
    TCase *tests = tcase_create("cifar10");
    temporary_add(tests);
    tcase_add_test(tests, cifar10_becomes_channels_last);
    tcase_add_test(tests, cifar10_names_its_classes);
    tcase_add_test(tests, cifar10_damaged_files_are_errors);
    return tests;
}
