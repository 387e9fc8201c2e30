/* Tests of common/data: the IDX format; data sets, images and safetensors have their own files. */
#include "test_data.h"
#include "cases.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/random.h"
#include "data/idx.h"
#include "expect_error.h"
#include "temporary.h"

Suite *data_suite(void);

/* ---- IDX ---- */

static const unsigned char MATRIX[] = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 11, 12, 13, 14, 15};
enum { MATRIX_HEADER = 12 };

const char *gzip_file(const char *name, const void *bytes, size_t count) {
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

Suite *data_suite(void) {
    Suite *suite = suite_create("data");
    suite_add_tcase(suite, idx_tests());
    suite_add_tcase(suite, dataset_tests());
    suite_add_tcase(suite, cifar10_tests());
    suite_add_tcase(suite, image_folder_tests());
    suite_add_tcase(suite, image_tests());
    suite_add_tcase(suite, safetensors_tests());
    return suite;
}
