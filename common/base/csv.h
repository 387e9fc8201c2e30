/* Files of comma-separated values: a line with the columns' names, then a line a row. A row is a
 * struct; its table says where in the struct each column's value stands. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stddef.h>
#include <stdio.h>

#include "base/memory.h"

typedef enum CsvKind {
    CSV_TEXT,     /* const char *, one line */
    CSV_INT,      /* int */
    CSV_UINT64,   /* uint64_t */
    CSV_DECIMALS, /* double, with `digits` digits behind the point */
    CSV_DIGITS,   /* double, with at most `digits` significant digits */
} CsvKind;

typedef struct CsvColumn {
    const char *name;
    CsvKind kind;
    size_t offset; /* of the value in the row */
    int digits;    /* of a double */
} CsvColumn;

typedef struct CsvTable {
    const char *what;    /* for messages: "a training log" */
    const char *missing; /* what to do if there is no file: "train first" */
    size_t row_bytes;
    int num_columns;
    const CsvColumn *columns;
} CsvTable;

/* Writes `count` rows, an array of the table's structs, to a file. */
void csv_write(const CsvTable *table, const char *path, const void *rows, int count);

/* The two parts of csv_write(). Texts with a comma, a quote or a line's end are
 * quoted; the last cannot be read back. */
void csv_write_header(const CsvTable *table, FILE *stream);
void csv_write_rows(const CsvTable *table, FILE *stream, const void *rows, int count);

/* Reads a file of csv_write(): returns the rows, an array to be freed or to grow by memory_grow(),
 * and their number. Texts belong to the arena, which may be NULL if the table has none. Ends the
 * program if the file is missing or is no such table. */
void *csv_read(const CsvTable *table, const char *path, Arena *arena, int *count);

/* The same from and into a text. For messages, path is the file that holds the text. A table with
 * texts cannot be parsed. */
const char *csv_text(const CsvTable *table, Arena *arena, const void *rows, int count);
void *csv_parse(const CsvTable *table, const char *path, const char *text, int *count);

#endif
