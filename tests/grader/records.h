/* The outputs that tests recorded. */
#ifndef GRADER_RECORDS_H
#define GRADER_RECORDS_H

#include "exercises/record.h"

typedef struct RecordRead {
    Record record;
    float *values, *expected; /* expected: NULL if nothing was compared */
} RecordRead;

typedef struct Records {
    RecordRead *items;
    int count;
} Records;

/* What <directory>/<test>.records holds; none if there is no such file. */
Records records_read(const char *directory, const char *test);
void records_free(Records *records);

/* Whether both hold the same outputs, but for rounding; NaNs are equal. */
bool records_equal(const Records *a, const Records *b);

/* How many of the values that were compared differ from the expected ones. */
long records_wrong_values(const Records *records);

#endif
