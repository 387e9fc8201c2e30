#define _GNU_SOURCE /* getline */
#include "base/csv.h"

#include "base/error.h"
#include "base/output_file.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

static void write_text(FILE *stream, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, stream);
        return;
    }
    putc('"', stream);
    for (; *text; text++)
        fprintf(stream, *text == '"' ? "\"\"" : "%c", *text);
    putc('"', stream);
}

static void write_value(FILE *stream, const CsvColumn *column, const char *row) {
    const void *value = row + column->offset;
    switch (column->kind) {
    case CSV_TEXT:
        write_text(stream, *(const char *const *)value);
        break;
    case CSV_INT:
        fprintf(stream, "%d", *(const int *)value);
        break;
    case CSV_UINT64:
        fprintf(stream, "%" PRIu64, *(const uint64_t *)value);
        break;
    case CSV_DECIMALS:
        fprintf(stream, "%.*f", column->digits, *(const double *)value);
        break;
    case CSV_DIGITS:
        fprintf(stream, "%.*g", column->digits, *(const double *)value);
        break;
    }
}

static char end_of(const CsvTable *table, int column) {
    return column + 1 < table->num_columns ? ',' : '\n';
}

void csv_write_header(const CsvTable *table, FILE *stream) {
    for (int i = 0; i < table->num_columns; i++)
        fprintf(stream, "%s%c", table->columns[i].name, end_of(table, i));
}

void csv_write_rows(const CsvTable *table, FILE *stream, const void *rows, int count) {
    const char *row = rows;
    for (int r = 0; r < count; r++, row += table->row_bytes)
        for (int i = 0; i < table->num_columns; i++) {
            write_value(stream, &table->columns[i], row);
            putc(end_of(table, i), stream);
        }
}

void csv_write(const CsvTable *table, const char *path, const void *rows, int count) {
    OutputFile *file = output_open(path);
    csv_write_header(table, output_stream(file));
    csv_write_rows(table, output_stream(file), rows, count);
    output_commit(file);
}

const char *csv_text(const CsvTable *table, Arena *arena, const void *rows, int count) {
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    require(stream, "out of memory for %d rows of %s; choose smaller sizes", count, table->what);
    csv_write_header(table, stream);
    csv_write_rows(table, stream, rows, count);
    fclose(stream);
    const char *copy = arena_printf(arena, "%s", text);
    free(text);
    return copy;
}

/* ---- reading ---- */

typedef struct Reader {
    const CsvTable *table;
    const char *path;
    int line; /* counted from 1 */
    Arena *arena;
} Reader;

/* Cuts the first cell off the line: *rest becomes what follows, NULL after the last cell. */
static char *cut_cell(char **rest) {
    char *cell = *rest, *from = cell, *to = cell;
    if (*from == '"') {
        for (from++; *from && (*from != '"' || from[1] == '"'); from++) {
            from += *from == '"'; /* a quote inside stands twice */
            *to++ = *from;
        }
        from += strcspn(from, ",");
    } else {
        from += strcspn(from, ",");
        to = from;
    }
    *rest = *from ? from + 1 : NULL;
    *to = '\0';
    return cell;
}

/* Writes what the cell says into the row; false if the cell says nothing of the column's kind. */
static bool parse_cell(const CsvColumn *column, const char *cell, char *row, Arena *arena) {
    void *value = row + column->offset;
    char *end = NULL;
    long number;
    switch (column->kind) {
    case CSV_TEXT:
        *(const char **)value = arena_printf(arena, "%s", cell);
        return true;
    case CSV_INT:
        number = strtol(cell, &end, 10);
        *(int *)value = (int)number;
        return end != cell && !*end && number >= INT_MIN && number <= INT_MAX;
    case CSV_UINT64:
        errno = 0;
        *(uint64_t *)value = strtoull(cell, &end, 10);
        return isdigit((unsigned char)*cell) && !*end && errno == 0;
    default:
        *(double *)value = strtod(cell, &end);
        return end != cell && !*end;
    }
}

static void parse_row(const Reader *reader, char *line, char *row) {
    const CsvTable *table = reader->table;
    int cells = 0;
    for (char *rest = line; rest; cells++) {
        const char *cell = cut_cell(&rest);
        if (cells >= table->num_columns)
            continue;
        const CsvColumn *column = &table->columns[cells];
        bool is_whole = column->kind == CSV_INT || column->kind == CSV_UINT64;
        require(parse_cell(column, cell, row, reader->arena),
                "%s: line %d: %s is \"%s\", not a %snumber; move the file away", reader->path,
                reader->line, column->name, cell, is_whole ? "whole " : "");
    }
    require(cells == table->num_columns,
            "%s: line %d has %d cells, but a row of %s has %d; move the file away", reader->path,
            reader->line, cells, table->what, table->num_columns);
}

static void check_header(const Reader *reader, char *line) {
    const CsvTable *table = reader->table;
    int fitting = 0;
    char *rest = line;
    while (rest && fitting < table->num_columns &&
           strcmp(cut_cell(&rest), table->columns[fitting].name) == 0)
        fitting++;
    require(fitting == table->num_columns && !rest,
            "%s: line 1 is not the header of %s, %d columns from %s to %s; move the file away",
            reader->path, table->what, table->num_columns, table->columns[0].name,
            table->columns[table->num_columns - 1].name);
}

static void *read_rows(Reader reader, FILE *stream, int *count) {
    const CsvTable *table = reader.table;
    char *rows = NULL, *line = NULL;
    size_t capacity = 0;
    for (*count = 0; getline(&line, &capacity, stream) >= 0; reader.line++) {
        line[strcspn(line, "\r\n")] = '\0';
        if (reader.line == 1) {
            check_header(&reader, line);
            continue;
        }
        rows = memory_grow(rows, *count, table->row_bytes);
        char *row = rows + (*count)++ * table->row_bytes;
        memset(row, 0, table->row_bytes);
        parse_row(&reader, line, row);
    }
    require(!ferror(stream), "%s: cannot read: %s; %s", reader.path, strerror(errno),
            table->missing);
    require(reader.line > 1, "%s: is empty; %s", reader.path, table->missing);
    free(line);
    return rows;
}

void *csv_read(const CsvTable *table, const char *path, Arena *arena, int *count) {
    FILE *stream = fopen(path, "r");
    require(stream, "%s: cannot read: %s; %s", path, strerror(errno), table->missing);
    void *rows = read_rows((Reader){table, path, 1, arena}, stream, count);
    fclose(stream);
    return rows;
}

void *csv_parse(const CsvTable *table, const char *path, const char *text, int *count) {
    require(*text, "%s: holds nothing of %s; %s", path, table->what, table->missing);
    FILE *stream = fmemopen((void *)text, strlen(text), "r");
    require(stream, "%s: cannot read: %s; %s", path, strerror(errno), table->missing);
    void *rows = read_rows((Reader){table, path, 1, NULL}, stream, count);
    fclose(stream);
    return rows;
}
