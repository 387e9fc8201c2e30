/* The test cases that make up the suite of common/graph. */
#ifndef TESTS_TEST_GRAPH_H
#define TESTS_TEST_GRAPH_H

#include <check.h>

TCase *recording_tests(void);
TCase *recording_error_tests(void);
TCase *accumulation_tests(void);
TCase *memory_plan_tests(void);
TCase *fuzz_tests(void);

#endif
