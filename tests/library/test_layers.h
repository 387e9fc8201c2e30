/* The test cases that make up the suite of common/layers. */
#ifndef TESTS_TEST_LAYERS_H
#define TESTS_TEST_LAYERS_H

#include <check.h>

TCase *gradient_tests(void);
TCase *dropout_tests(void);

#endif
