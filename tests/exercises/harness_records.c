/* Records: what the function under test gave, for the grader to compare with what wrong answers
 * give, and for the second run to compare with the first. */
#include "harness_internal.h"

#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RECORDS = 128 };

typedef struct Kept {
    Record record;
    float *values;
} Kept;

static FILE *file;
static Kept kept[MAX_RECORDS]; /* of the first run */
static int num_kept, num_again;

void records_open(const char *path) {
    file = fopen(path, "wb");
    if (!file)
        abort();
}

void records_rewind(void) {
    num_again = 0;
}

static void write_record(const Record *record, const float *values, const double *expected) {
    size_t count = axes_count(record->axes);
    fwrite(record, sizeof *record, 1, file);
    fwrite(values, sizeof(float), count, file);
    for (size_t i = 0; expected && i < count; i++) {
        float value = (float)expected[i];
        fwrite(&value, sizeof value, 1, file);
    }
    fflush(file); /* the function may crash later on */
}

static void keep(const Record *record, const float *values) {
    if (num_kept == MAX_RECORDS)
        abort();
    size_t bytes = axes_count(record->axes) * sizeof(float);
    Kept *first = &kept[num_kept++];
    first->record = *record;
    first->values = malloc(bytes + 1);
    memcpy(first->values, values, bytes);
}

static void compare_with_first_run(const Record *record, const float *values) {
    const Kept *first = num_again < num_kept ? &kept[num_again++] : NULL;
    size_t count = axes_count(record->axes);
    if (first && axes_count(first->record.axes) == count &&
        memcmp(first->values, values, count * sizeof(float)) == 0)
        return;
    fail_test("%s differs from the first call's.", record->name);
}

void record_comparison(const char *name, Axes axes, const float *values, const double *expected,
                       bool differs) {
    Record record = {.axes = axes, .has_expected = expected != NULL, .differs = differs};
    snprintf(record.name, sizeof record.name, "%s", name);
    if (second_run) {
        if (!differs) /* else the comparison's own message is better */
            compare_with_first_run(&record, values);
        return;
    }
    write_record(&record, values, expected);
    keep(&record, values);
}

void record_output(const char *name, Axes axes, const float *values) {
    record_comparison(name, axes, values, NULL, false);
}

void record_text(const char *name, const char *text) {
    size_t count = strlen(text);
    float *values = malloc((count + 1) * sizeof(float));
    for (size_t i = 0; i < count; i++)
        values[i] = (float)text[i];
    record_output(name, axes_line('i', count), values);
    free(values);
}
