/* What a test's process leaves for the grader in <directory>/<test>.records: one Record after the
 * other, each followed by its values (floats, a text's bytes as floats) and, if something was
 * compared, by the expected ones. */
#ifndef EXERCISES_RECORD_H
#define EXERCISES_RECORD_H

#include "axes.h"

enum { RECORD_NAME = 48 };

typedef struct Record {
    char name[RECORD_NAME];
    Axes axes;
    bool has_expected;
    bool differs; /* the comparison that failed the test */
} Record;

#endif
