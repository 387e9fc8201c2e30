/* What the tests of common/data share. */
#ifndef TESTS_TEST_DATA_H
#define TESTS_TEST_DATA_H

#include <stddef.h>

/* Writes a gzipped file into the temporary directory; returns its path. */
const char *gzip_file(const char *name, const void *bytes, size_t count);

#endif
