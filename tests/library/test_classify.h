/* Test cases of what classifies photos, by file. */
#ifndef TESTS_TEST_CLASSIFY_H
#define TESTS_TEST_CLASSIFY_H

#include <check.h>

TCase *photo_tests(void);
TCase *pretrained_tests(void);

#endif
