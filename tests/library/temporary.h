/* A temporary directory for a test case's files. */
#ifndef TESTS_TEMPORARY_H
#define TESTS_TEMPORARY_H

#include <check.h>
#include <stddef.h>

/* Makes the directory before the case's first test and removes it after the last. */
void temporary_add(TCase *tests);

/* The directory's path with "/name" behind it; valid for the next few calls. */
const char *temporary_path(const char *name);

/* Writes a file there; returns its path. */
const char *temporary_file(const char *name, const void *bytes, size_t count);

#endif
