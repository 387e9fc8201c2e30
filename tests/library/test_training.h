/* Test cases of common/training, by file. */
#ifndef TESTS_TEST_TRAINING_H
#define TESTS_TEST_TRAINING_H

#include <check.h>

TCase *sgd_tests(void);
TCase *batch_tests(void);
TCase *checkpoint_tests(void);
TCase *validation_tests(void);

#endif
