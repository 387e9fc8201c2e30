/* What the student reads. */
#ifndef GRADER_REPORT_H
#define GRADER_REPORT_H

#include "results.h"

/* The table, what failed first and what to do next. chapter "05": its tests by name; NULL: all
 * exercises. */
void report_print(const Result *results, const char *chapter);

/* Whether something attempted in the chapter (NULL: in all) falls short. */
bool report_falls_short(const Result *results, const char *chapter);

/* "9 of 23 functions yours", before a chapter's program runs, and why the others are not. Counted
 * are those that the program calls; symbols: a file with what nm lists of it, or NULL for all
 * functions. What belongs to chapters behind the program's own is told apart. */
void report_banner(const Result *results, const char *symbols, const char *chapter);

#endif
