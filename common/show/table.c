#include "show/table.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"

enum { MAX_COLUMNS = 24, MAX_ROWS = 272, CELL_BYTES = 1024, ROW_BYTES = 4096 };
enum { GROUPED_FROM = 5, MOST_DIGITS = 20 }; /* of a 64-bit number */

typedef struct Row {
    char cells[MAX_COLUMNS][CELL_BYTES];
    bool ruled; /* a line across stands above */
} Row;

struct Table {
    Arena *arena;
    int columns, rows;
    int width[MAX_COLUMNS];
    bool is_number[MAX_COLUMNS];
    bool rule_next;
    Row *row[MAX_ROWS]; /* the first holds the headings */
};

static bool is_grouped(const char *cell, int length) {
    return length >= GROUPED_FROM && length <= MOST_DIGITS &&
           strspn(cell, "0123456789") == (size_t)length;
}

/* Copies the cell without the blanks around it, a large whole number in groups of three. */
static void copy_cell(char to[CELL_BYTES], const char *from, int length) {
    for (; length > 0 && isspace((unsigned char)*from); length--)
        from++;
    while (length > 0 && isspace((unsigned char)from[length - 1]))
        length--;
    char cell[CELL_BYTES];
    if (length > 1 && *from == '-' && (int)strspn(from + 1, "0.") >= length - 1) {
        from++; /* -0.00 is 0.00 */
        length--;
    }
    snprintf(cell, sizeof cell, "%.*s", length, from);
    length = (int)strlen(cell);
    if (!is_grouped(cell, length)) {
        memcpy(to, cell, sizeof cell);
        return;
    }
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = cell[i];
    }
}

/* Columns on the screen: bytes that continue a UTF-8 character take none. */
static int width_of(const char *cell) {
    int width = 0;
    for (; *cell; cell++)
        width += ((unsigned char)*cell & 0xC0) != 0x80;
    return width;
}

static bool looks_like_number(const char *cell) {
    return *cell == '\0' || isdigit((unsigned char)cell[*cell == '-' || *cell == '+']);
}

/* Fills the row with the text's cells; returns how many there were. */
static int split(Row *row, const char *text) {
    for (int column = 0;; column++) {
        require(column < MAX_COLUMNS, "table: more than %d columns: %s", MAX_COLUMNS, text);
        int length = (int)strcspn(text, "|");
        copy_cell(row->cells[column], text, length);
        text += length;
        if (*text++ == '\0')
            return column + 1;
    }
}

static void append(Table *table, const char *text) {
    require(table->rows < MAX_ROWS, "table: more than %d rows", MAX_ROWS);
    bool is_heading = table->rows == 0;
    Row *row = arena_alloc(table->arena, sizeof *row);
    table->row[table->rows++] = row;
    row->ruled = table->rule_next;
    table->rule_next = is_heading;
    int columns = split(row, text);
    require(is_heading || columns == table->columns, "table: %d cells for %d headings: %s", columns,
            table->columns, text);
    table->columns = columns;
    for (int column = 0; column < columns; column++) {
        table->width[column] = max_int(table->width[column], width_of(row->cells[column]));
        table->is_number[column] &= is_heading || looks_like_number(row->cells[column]);
    }
}

Table *table_new(const char *headings) {
    Arena *arena = arena_new();
    Table *table = arena_alloc(arena, sizeof *table);
    table->arena = arena;
    for (int column = 0; column < MAX_COLUMNS; column++)
        table->is_number[column] = true;
    append(table, headings);
    return table;
}

void table_row(Table *table, const char *format, ...) {
    char text[ROW_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    append(table, text);
}

void table_rule(Table *table) {
    table->rule_next = true;
}

static void print_rule(const Table *table) {
    for (int column = 0; column < table->columns; column++) {
        fputs("  ", stdout);
        for (int i = 0; i < table->width[column]; i++)
            putchar('-');
    }
    putchar('\n');
}

static void print_row(const Table *table, const Row *row) {
    if (row->ruled)
        print_rule(table);
    for (int column = 0; column < table->columns; column++) {
        const char *cell = row->cells[column];
        int blanks = table->width[column] - width_of(cell);
        bool last = column == table->columns - 1;
        if (table->is_number[column])
            printf("  %*s%s", blanks, "", cell);
        else
            printf("  %s%*s", cell, last ? 0 : blanks, "");
    }
    putchar('\n');
}

void table_print(Table *table) {
    for (int i = 0; i < table->rows; i++)
        print_row(table, table->row[i]);
    arena_free(table->arena);
}
