/* The test cases that make up the suite of the pre-activation ResNet. */
#ifndef TESTS_TEST_RESNET_H
#define TESTS_TEST_RESNET_H

#include <check.h>

TCase *resnet_parameter_tests(void);
TCase *resnet_training_tests(void);

#endif
