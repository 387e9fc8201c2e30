/* Tables on standard output. Cells are divided by '|'; columns are as wide as they must be, and
 * those that hold numbers stand to the right. Whole numbers of five digits and more are written in
 * groups of three: 11,696,680. */
#ifndef SHOW_TABLE_H
#define SHOW_TABLE_H

typedef struct Table Table;

/* "kernel | before | after" */
Table *table_new(const char *headings);

/* A row: as many cells as there are headings. */
void table_row(Table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line across before the next row. */
void table_rule(Table *table);

/* Prints the table and frees it. */
void table_print(Table *table);

#endif
