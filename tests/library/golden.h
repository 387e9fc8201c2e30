/* The golden data that tests/golden/make_golden.py made with PyTorch: one line of text a case, and
 * arrays named "<case>/...". Images are (N, H, W, C) there, whatever format a test runs in. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include "data/safetensors.h"
#include "graph/graph.h"

typedef struct Golden Golden;

/* Reads tests/golden/<name>, from the repository's root. */
Golden *golden_open(const char *name);
void golden_close(Golden *golden);

/* "<case> <operation> key=value ..." */
typedef struct Case {
    const Golden *golden;
    char name[64], operation[64];
    char options[512];
} Case;

/* The cases one after the other: begins with a Case of zeros; false after the last. */
bool golden_next(const Golden *golden, Case *next);

/* The value for a key; fails the test if there is none. */
double case_option(const Case *test_case, const char *key);

/* The array "<case>/<name>", or NULL. */
const SafeTensor *case_find(const Case *test_case, const char *name);

/* The array "<case>/<name>"; fails the test if there is none. */
const SafeTensor *case_array(const Case *test_case, const char *name);

/* Its shape in a data format. */
Shape array_shape(const SafeTensor *array, DataFormat format);

/* Its values in a data format: to be freed. */
float *array_values(const SafeTensor *array, DataFormat format);

#endif
