/* The test cases that make up the suite of common/data. */
#ifndef TESTS_TEST_DATA_H
#define TESTS_TEST_DATA_H

#include <check.h>
#include <stddef.h>

/* Writes a gzipped file into the temporary directory; returns its path. */
const char *gzip_file(const char *name, const void *bytes, size_t count);

TCase *idx_tests(void);
TCase *dataset_tests(void);
TCase *cifar10_tests(void);
TCase *image_folder_tests(void);
TCase *image_tests(void);
TCase *safetensors_tests(void);

#endif
