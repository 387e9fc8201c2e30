/* Reads and compares recorded outputs. */
#include "records.h"

#include "base/memory.h"
#include "files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_RECORDS = 128 };
static const double rounding = 1e-5;

static float *read_floats(FILE *file, size_t count) {
    float *values = memory_new(count, sizeof *values);
    if (fread(values, sizeof *values, count, file) < count) { /* cut off by a crash */
        free(values);
        return NULL;
    }
    return values;
}

static bool is_bool(const bool *field) {
    unsigned char byte;
    memcpy(&byte, field, sizeof byte);
    return byte <= 1;
}

/* The file was written by a student's process, so it may hold anything. */
static bool is_possible(const Record *record, FILE *file) {
    struct stat status;
    long at = ftell(file);
    if (fstat(fileno(file), &status) != 0 || at < 0 || record->axes.rank < 0 ||
        record->axes.rank > MAX_AXES || !memchr(record->name, '\0', RECORD_NAME) ||
        !is_bool(&record->has_expected) || !is_bool(&record->differs))
        return false;
    long long count = 1, floats = (status.st_size - at) / (long long)sizeof(float);
    for (int a = 0; a < record->axes.rank && count <= floats; a++) {
        if (record->axes.size[a] < 0)
            return false;
        count *= record->axes.size[a];
    }
    return count <= floats;
}

static bool read_record(FILE *file, RecordRead *item) {
    if (fread(&item->record, sizeof item->record, 1, file) != 1 ||
        !is_possible(&item->record, file))
        return false;
    size_t count = axes_count(item->record.axes);
    item->values = read_floats(file, count);
    item->expected = item->record.has_expected ? read_floats(file, count) : NULL;
    return item->values && (item->expected || !item->record.has_expected);
}

Records records_read(const char *directory, const char *test) {
    Records records = {memory_new(MAX_RECORDS, sizeof(RecordRead)), 0};
    FILE *file = fopen(text_of("%s/%s.records", directory, test), "rb");
    if (!file)
        return records;
    while (records.count < MAX_RECORDS && read_record(file, &records.items[records.count]))
        records.count++;
    fclose(file);
    return records;
}

void records_free(Records *records) {
    for (int i = 0; i < records->count; i++) {
        free(records->items[i].values);
        free(records->items[i].expected);
    }
    free(records->items);
}

static double scale_of(const float *values, size_t count) {
    double sum = 0;
    size_t finite = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i])) {
            sum += (double)values[i] * values[i];
            finite++;
        }
    return finite ? sqrt(sum / (double)finite) : 0;
}

static bool values_equal(const float *a, const float *b, size_t count) {
    double scale = scale_of(a, count);
    for (size_t i = 0; i < count; i++) {
        if (isnan(a[i]) && isnan(b[i]))
            continue;
        if (a[i] == b[i]) /* infinities too */
            continue;
        if (!isfinite(a[i]) || !isfinite(b[i]))
            return false;
        if (!(fabs((double)a[i] - b[i]) <= rounding * (fabs((double)a[i]) + scale)))
            return false;
    }
    return true;
}

bool records_equal(const Records *a, const Records *b) {
    if (a->count != b->count)
        return false;
    for (int i = 0; i < a->count; i++) {
        const Record *first = &a->items[i].record, *second = &b->items[i].record;
        size_t count = axes_count(first->axes);
        if (strcmp(first->name, second->name) != 0 || axes_count(second->axes) != count ||
            !values_equal(a->items[i].values, b->items[i].values, count))
            return false;
    }
    return true;
}

long records_wrong_values(const Records *records) {
    long wrong = 0;
    for (int i = 0; i < records->count; i++) {
        const RecordRead *item = &records->items[i];
        size_t count = item->expected ? axes_count(item->record.axes) : 0;
        for (size_t v = 0; v < count; v++)
            wrong += !values_equal(&item->values[v], &item->expected[v], 1);
    }
    return wrong;
}
