#include "report.h"

#include "base/csv.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct Report {
    Arena *arena; /* of texts */
    Measurement *rows;
    int count;
};

enum { DIGITS = 6 };

static const CsvColumn columns[] = {
    {"group", CSV_TEXT, offsetof(Measurement, group), 0},
    {"name", CSV_TEXT, offsetof(Measurement, name), 0},
    {"shape", CSV_TEXT, offsetof(Measurement, shape), 0},
    {"pass", CSV_TEXT, offsetof(Measurement, pass), 0},
    {"value", CSV_DIGITS, offsetof(Measurement, value), DIGITS},
    {"unit", CSV_TEXT, offsetof(Measurement, unit), 0},
    {"ratio", CSV_DIGITS, offsetof(Measurement, ratio), DIGITS},
    {"ratio_to", CSV_TEXT, offsetof(Measurement, ratio_to), 0},
    {"target", CSV_DIGITS, offsetof(Measurement, target), DIGITS},
    {"flops_per_byte", CSV_DIGITS, offsetof(Measurement, flops_per_byte), DIGITS},
};

static const CsvTable csv = {.what = "a benchmark's table",
                             .missing = "run make bench first",
                             .row_bytes = sizeof(Measurement),
                             .num_columns = sizeof columns / sizeof columns[0],
                             .columns = columns};

Report *report_new(void) {
    Report *report = memory_new(1, sizeof *report);
    report->arena = arena_new();
    return report;
}

void report_free(Report *report) {
    arena_free(report->arena);
    free(report->rows);
    free(report);
}

static const char *copied(Report *report, const char *text) {
    return arena_printf(report->arena, "%s", text ? text : "");
}

void report_add(Report *report, Measurement measurement) {
    measurement.group = copied(report, measurement.group);
    measurement.name = copied(report, measurement.name);
    measurement.shape = copied(report, measurement.shape);
    measurement.pass = copied(report, measurement.pass);
    measurement.unit = copied(report, measurement.unit);
    measurement.ratio_to = copied(report, measurement.ratio_to);
    report->rows = memory_grow(report->rows, report->count, sizeof *report->rows);
    report->rows[report->count++] = measurement;
}

static bool is_text(const char *text, const char *wanted) {
    return !wanted || strcmp(text, wanted) == 0;
}

void report_remove(Report *report, const char *group) {
    int kept = 0;
    for (int i = 0; i < report->count; i++)
        if (!is_text(report->rows[i].group, group))
            report->rows[kept++] = report->rows[i];
    report->count = kept;
}

const Measurement *report_next(const Report *report, const Measurement *after, const char *group,
                               const char *name, const char *shape) {
    for (int i = after ? (int)(after - report->rows) + 1 : 0; i < report->count; i++) {
        const Measurement *row = &report->rows[i];
        if (is_text(row->group, group) && is_text(row->name, name) && is_text(row->shape, shape))
            return row;
    }
    return NULL;
}

Tally report_tally(const Report *report, const char *group, const char *name, const char *pass) {
    Tally tally = {0};
    for (const Measurement *row = NULL; (row = report_next(report, row, group, name, NULL));)
        if (is_text(row->pass, pass)) {
            tally.measured++;
            tally.reached += row->ratio >= row->target;
        }
    return tally;
}

void report_write(const Report *report, const char *path) {
    csv_write(&csv, path, report->rows, report->count);
}

Report *report_read(const char *path) {
    Report *report = report_new();
    report->rows = csv_read(&csv, path, report->arena, &report->count);
    return report;
}
