/* The test cases that make up the suite of the original ResNet. */
#ifndef TESTS_TEST_ORIGINAL_H
#define TESTS_TEST_ORIGINAL_H

#include <check.h>

TCase *original_model_tests(void);

#endif
