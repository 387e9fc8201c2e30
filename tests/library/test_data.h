/* The test cases that make up the suite of common/data. */
#ifndef TESTS_TEST_DATA_H
#define TESTS_TEST_DATA_H

#include <check.h>

TCase *idx_tests(void);
TCase *dataset_tests(void);
TCase *image_tests(void);
TCase *safetensors_tests(void);

#endif
