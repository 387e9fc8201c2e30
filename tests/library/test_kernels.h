/* The test cases that make up the suite of common/kernels, but for the convolution's. */
#ifndef TESTS_TEST_KERNELS_H
#define TESTS_TEST_KERNELS_H

#include <check.h>

TCase *batch_norm_tests(void);
TCase *batch_norm_loops_tests(void);
TCase *elementwise_tests(void);
TCase *loss_tests(void);
TCase *pool_tests(void);

#endif
