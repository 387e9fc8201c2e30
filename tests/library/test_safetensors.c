/* Tests of common/data/safetensors.h, against bytes laid out by hand from the format's rules. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "cases.h"
#include "data/safetensors.h"
#include "expect_error.h"
#include "temporary.h"

enum { MAX_FILE_BYTES = 4096, FUZZED_FILES = 100 };

/* Writes length, header and count data bytes 0, 1, 2...; returns the path. */
static const char *write_file(uint64_t length, const char *header, size_t count) {
    unsigned char bytes[MAX_FILE_BYTES];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(length >> 8 * i);
    size_t text = (size_t)(stpcpy((char *)bytes + 8, header) - (char *)bytes) - 8;
    for (size_t i = 0; i < count; i++)
        bytes[8 + text + i] = (unsigned char)i;
    return temporary_file("file.safetensors", bytes, 8 + text + count);
}

static void read_file(const void *path) {
    safetensors_free(safetensors_read(path));
}

static void expect_bad(const char *header, size_t count, const char *reason) {
    const char *path = write_file(strlen(header), header, count);
    expect_error(read_file, path, path, reason, "; ", NULL);
}

static const char *write_example(void) {
    float kernel[] = {1.5F, -2, 3, 4, 5, 6}, step[] = {7};
    const SafeTensor tensors[] = {
        {.name = "block/kernel", .rank = 2, .size = {2, 3}, .values = kernel},
        {.name = "step", .rank = 0, .values = step},
    };
    const char *const metadata[][2] = {{"model", "resnet20"}, {"note", "\"quoted\"\n"}};
    const char *path = temporary_path("example.safetensors");
    safetensors_write(path, tensors, 2, metadata, 2);
    return path;
}

/* The checksum is what Python's zlib.crc32() gives of the file with noughts in its place. */
START_TEST(safetensors_written_bytes) {
    const char *expected =
        "{\"__metadata__\":{\"crc32\":\"45832909\",\"model\":\"resnet20\",\"note\":"
        "\"\\\"quoted\\\"\\n\"},"
        "\"block/kernel\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
        "\"step\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[24,28]}}";
    const float values[] = {1.5F, -2, 3, 4, 5, 6, 7};
    unsigned char bytes[MAX_FILE_BYTES];
    FILE *stream = fopen(write_example(), "rb");
    size_t count = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    size_t header = bytes[0] + 256U * bytes[1];
    for (int i = 2; i < 8; i++)
        ck_assert_uint_eq(bytes[i], 0);
    ck_assert_uint_eq(header % 8, 0);
    ck_assert_uint_lt(header - strlen(expected), 8);
    ck_assert_mem_eq(bytes + 8, expected, strlen(expected));
    for (size_t i = strlen(expected); i < header; i++)
        ck_assert_uint_eq(bytes[8 + i], ' ');
    ck_assert_uint_eq(count, 8 + header + sizeof values);
    ck_assert_mem_eq(bytes + 8 + header, values, sizeof values);
}
END_TEST

START_TEST(safetensors_read_what_was_written) {
    SafeTensors *file = safetensors_read(write_example());
    ck_assert_int_eq(file->count, 2);
    const SafeTensor *kernel = safetensors_find(file, "block/kernel");
    ck_assert_ptr_eq(kernel, &file->tensors[0]);
    ck_assert_int_eq(kernel->rank, 2);
    ck_assert_int_eq(kernel->size[1], 3);
    ck_assert_float_eq(kernel->values[0], 1.5F);
    ck_assert_float_eq(safetensors_find(file, "step")->values[0], 7);
    ck_assert_ptr_null(safetensors_find(file, "absent"));
    ck_assert_str_eq(safetensors_metadata(file, "model"), "resnet20");
    ck_assert_str_eq(safetensors_metadata(file, "note"), "\"quoted\"\n");
    ck_assert_ptr_null(safetensors_metadata(file, "absent"));
    safetensors_free(file);
    safetensors_free(NULL);
}
END_TEST

START_TEST(safetensors_read_by_other_writers) {
    /* Unpadded header of odd length, names in another order than the data, no metadata. */
    const char *header = "{\"b\": {\"shape\": [1], \"data_offsets\": [8, 12], \"dtype\": \"F32\"},"
                         " \"a\":{\"dtype\":\"F32\",\"shape\":[1,2,1,1],\"data_offsets\":[0,8]},"
                         "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[8,8]} }";
    SafeTensors *file = safetensors_read(write_file(strlen(header), header, 12));
    const unsigned char bytes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    ck_assert_int_eq(file->count, 3);
    ck_assert_mem_eq(safetensors_find(file, "a")->values, bytes, 8);
    ck_assert_mem_eq(safetensors_find(file, "b")->values, bytes + 8, 4);
    ck_assert_int_eq(safetensors_find(file, "empty")->size[0], 0);
    ck_assert_ptr_null(safetensors_metadata(file, "any"));
    safetensors_free(file);
    file = safetensors_read(write_file(2, "{}", 0));
    ck_assert_int_eq(file->count, 0);
    safetensors_free(file);
}
END_TEST

START_TEST(safetensors_read_other_dtypes) {
    /* A 64-bit counter first, then halves and a byte: only F32 has values. */
    const char *header = "{\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                         "\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]},"
                         "\"h\":{\"dtype\":\"F16\",\"shape\":[1,3],\"data_offsets\":[16,22]},"
                         "\"b\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[22,23]}}";
    SafeTensors *file = safetensors_read(write_file(strlen(header), header, 23));
    const unsigned char bytes[] = {8, 9, 10, 11, 12, 13, 14, 15};
    ck_assert_mem_eq(safetensors_find(file, "x")->values, bytes, sizeof bytes);
    ck_assert_str_eq(safetensors_find(file, "x")->dtype, "F32");
    ck_assert_ptr_null(safetensors_find(file, "n")->values);
    ck_assert_str_eq(safetensors_find(file, "n")->dtype, "I64");
    ck_assert_int_eq(safetensors_find(file, "n")->rank, 0);
    ck_assert_ptr_null(safetensors_find(file, "h")->values);
    ck_assert_int_eq(safetensors_find(file, "h")->size[1], 3);
    ck_assert_ptr_null(safetensors_find(file, "b")->values);
    safetensors_free(file);
}
END_TEST

static void write_twice(const void *path) {
    float value = 0;
    const SafeTensor tensors[] = {{.name = "same", .values = &value},
                                  {.name = "same", .values = &value}};
    safetensors_write(path, tensors, 2, NULL, 0);
}

static void write_one(const void *path) {
    float value = 0;
    const SafeTensor tensor = {.name = "one", .values = &value};
    safetensors_write(path, &tensor, 1, NULL, 0);
}

static void write_badly_named(const void *path) {
    float value = 0;
    const SafeTensor tensor = {.name = "\xFF", .values = &value};
    safetensors_write(path, &tensor, 1, NULL, 0);
}

START_TEST(safetensors_write_errors) {
    const char *path = temporary_path("twice.safetensors");
    expect_error(write_twice, path, path, "\"same\" is given twice", "choose", NULL);
    expect_error(write_badly_named, path, path, "not UTF-8", "choose", NULL);
    const char *nowhere = temporary_path("nowhere/x.safetensors");
    expect_error(write_one, nowhere, nowhere, "No such file", "choose", NULL);
}
END_TEST

START_TEST(safetensors_length_errors) {
    const char *missing = temporary_path("missing");
    expect_error(read_file, missing, missing, "No such file", "name a", NULL);
    expect_error(read_file, temporary_path("."), "not a regular file", NULL);
    const char *path = temporary_file("short", "1234567", 7);
    expect_error(read_file, path, path, "only 7 bytes", "copy the file again", NULL);
    const uint64_t lengths[] = {3, 100000001, 1ULL << 63, UINT64_MAX, UINT64_MAX - 7};
    for (int i = 0; i < 5; i++) {
        path = write_file(lengths[i], "{}", 0);
        expect_error(read_file, path, path, "promises a header", "copy the file again", NULL);
    }
}
END_TEST

START_TEST(safetensors_header_errors) {
    const char *json = "not valid JSON";
    expect_bad("", 0, json);
    expect_bad("{\"__metadata__\":{\"crc32\": \"45832909\"}}", 0, "not written as here");
    expect_bad("{\"a\":", 0, json);
    expect_bad("{}x", 0, json);
    expect_bad("{\"a\":1,\"a\":1}", 0, json);
    expect_bad("[]", 0, "not a JSON object");
    expect_bad("{\"__metadata__\":[]}", 0, "not an object");
    expect_bad("{\"__metadata__\":{\"k\":1}}", 0, "\"k\" is not a string");
    expect_bad("{\"a\":1}", 0, "dtype (none)");
    expect_bad("{\"a\":{\"dtype\":\"F4\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4,
               "dtype F4, which is unknown");
    expect_bad("{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
               "has 8 bytes, but its shape needs 4");
    expect_bad("{}", 4, "holds 4 bytes of data, but the header describes 0");
}
END_TEST

START_TEST(safetensors_tensor_errors) {
    const struct {
        const char *shape, *offsets, *reason;
    } cases[] = {
        {"2", "[0,8]", "no shape"},
        {"[1,1,1,1,2]", "[0,8]", "5 dimensions"},
        {"[-2]", "[0,8]", "impossible shape"},
        {"[2.0]", "[0,8]", "impossible shape"},
        {"[4294967298]", "[0,8]", "impossible shape"},
        {"[2147483647,2147483647,2147483647]", "[0,8]", "impossible shape"},
        {"[2]", "8", "no data_offsets"},
        {"[2]", "[0]", "no data_offsets"},
        {"[2]", "[0,8,8]", "no data_offsets"},
        {"[2]", "[0,\"8\"]", "no data_offsets"},
        {"[2]", "[-8,0]", "bytes -8 to 0"},
        {"[2]", "[8,0]", "bytes 8 to 0"},
        {"[2]", "[4,12]", "bytes 4 to 12, but the file holds 8"},
        {"[2]", "[0,9223372036854775807]", "but the file holds 8"},
        {"[2]", "[0,4]", "has 4 bytes, but its shape needs 8"},
        {"[1]", "[0,8]", "has 8 bytes, but its shape needs 4"},
        {"[1]", "[2,6]", "begins within a number"},
        {"[1]", "[4,8]", "leaves a hole"},
        {"[1]", "[0,4]", "holds 8 bytes of data, but the header describes 4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char header[300];
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":%s}}", cases[i].shape,
                 cases[i].offsets);
        expect_bad(header, 8, cases[i].reason);
    }
    expect_bad("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
               "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
               8, "overlaps its neighbour");
}
END_TEST

START_TEST(safetensors_damaged_files_never_crash) {
    unsigned char whole[MAX_FILE_BYTES], bytes[MAX_FILE_BYTES];
    FILE *stream = fopen(write_example(), "rb");
    size_t size = fread(whole, 1, sizeof whole, stream);
    fclose(stream);
    Random random = random_stream(9, 0);
    for (int i = 0; i < FUZZED_FILES; i++) {
        memcpy(bytes, whole, size);
        for (int changes = 1 + random_below(&random, 3); changes > 0; changes--) {
            int place = random_below(&random, (int)size), digit = '0' + random_below(&random, 10);
            int bit = bytes[place] ^ 1 << random_below(&random, 8);
            bytes[place] = (unsigned char)(random_below(&random, 2) ? digit : bit);
        }
        size_t kept = random_below(&random, 4) ? size : (size_t)random_below(&random, (int)size);
        Outcome outcome = run_in_child(read_file, temporary_file("fuzzed", bytes, kept));
        ck_assert_msg(outcome.status == 0 ||
                          (outcome.status == 1 && strncmp(outcome.text, "error: ", 7) == 0),
                      "file %d: status %d, %s", i, outcome.status, outcome.text);
    }
}
END_TEST

TCase *safetensors_tests(void) {
    TCase *tests = tcase_create("safetensors");
    temporary_add(tests);
    tcase_add_test(tests, safetensors_written_bytes);
    tcase_add_test(tests, safetensors_read_what_was_written);
    tcase_add_test(tests, safetensors_read_by_other_writers);
    tcase_add_test(tests, safetensors_read_other_dtypes);
    tcase_add_test(tests, safetensors_write_errors);
    tcase_add_test(tests, safetensors_length_errors);
    tcase_add_test(tests, safetensors_header_errors);
    tcase_add_test(tests, safetensors_tensor_errors);
    tcase_add_test(tests, safetensors_damaged_files_never_crash);
    return tests;
}
