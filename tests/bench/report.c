#include "report.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/output_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct Report {
    Arena *arena; /* of texts */
    Measurement *rows;
    int count, capacity;
};

static const char header[] =
    "group,name,shape,pass,value,unit,ratio,ratio_to,target,flops_per_byte";
enum { COLUMNS = 10, LINE_BYTES = 1024 };

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
    return text && *text ? arena_printf(report->arena, "%s", text) : NULL;
}

void report_add(Report *report, Measurement measurement) {
    if (report->count == report->capacity) {
        report->capacity = 2 * report->capacity + 64;
        report->rows = realloc(report->rows, (size_t)report->capacity * sizeof *report->rows);
        require(report->rows, "no memory for a report of %d rows", report->capacity);
    }
    measurement.group = copied(report, measurement.group);
    measurement.name = copied(report, measurement.name);
    measurement.shape = copied(report, measurement.shape);
    measurement.pass = copied(report, measurement.pass);
    measurement.unit = copied(report, measurement.unit);
    measurement.ratio_to = copied(report, measurement.ratio_to);
    report->rows[report->count++] = measurement;
}

static bool is_text(const char *text, const char *wanted) {
    return !wanted || (text && strcmp(text, wanted) == 0);
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

static void put_text(FILE *stream, const char *text, char end) {
    const char *quote = text && strchr(text, ',') ? "\"" : "";
    fprintf(stream, "%s%s%s%c", quote, text ? text : "", quote, end);
}

static void put_number(FILE *stream, double number, char end) {
    if (number != 0)
        fprintf(stream, "%.6g", number);
    fputc(end, stream);
}

void report_write(const Report *report, const char *path) {
    OutputFile *file = output_open(path);
    FILE *stream = output_stream(file);
    fprintf(stream, "%s\n", header);
    for (int i = 0; i < report->count; i++) {
        const Measurement *row = &report->rows[i];
        put_text(stream, row->group, ',');
        put_text(stream, row->name, ',');
        put_text(stream, row->shape, ',');
        put_text(stream, row->pass, ',');
        put_number(stream, row->value, ',');
        put_text(stream, row->unit, ',');
        put_number(stream, row->ratio, ',');
        put_text(stream, row->ratio_to, ',');
        put_number(stream, row->target, ',');
        put_number(stream, row->flops_per_byte, '\n');
    }
    output_commit(file);
}

/* Cuts a line at the commas that stand outside quotes; false if the cells are not COLUMNS. */
static bool split(char *line, char *cells[COLUMNS]) {
    int count = 0;
    while (count < COLUMNS) {
        bool is_quoted = *line == '"';
        cells[count++] = line + is_quoted;
        line += is_quoted ? 1 + strcspn(line + 1, "\"") : strcspn(line, ",");
        if (is_quoted && *line)
            *line++ = '\0';
        if (!*line)
            break;
        *line++ = '\0';
    }
    return count == COLUMNS && !*line;
}

static Measurement parse(char *cells[COLUMNS]) {
    return (Measurement){.group = cells[0],
                         .name = cells[1],
                         .shape = cells[2],
                         .pass = cells[3],
                         .value = strtod(cells[4], NULL),
                         .unit = cells[5],
                         .ratio = strtod(cells[6], NULL),
                         .ratio_to = cells[7],
                         .target = strtod(cells[8], NULL),
                         .flops_per_byte = strtod(cells[9], NULL)};
}

Report *report_read(const char *path) {
    FILE *stream = fopen(path, "r");
    require(stream, "%s: cannot read: %s; run make bench first", path, strerror(errno));
    Report *report = report_new();
    char line[LINE_BYTES], *cells[COLUMNS];
    for (int number = 1; fgets(line, sizeof line, stream); number++) {
        line[strcspn(line, "\n")] = '\0';
        bool fits = number == 1 ? strcmp(line, header) == 0 : split(line, cells);
        require(fits, "%s: line %d is not of a benchmark's table; run make bench again", path,
                number);
        if (number > 1)
            report_add(report, parse(cells));
    }
    fclose(stream);
    return report;
}
