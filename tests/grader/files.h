/* Paths and small files. All text lives until the program ends. */
#ifndef GRADER_FILES_H
#define GRADER_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* A formatted string. */
const char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The whole file, ended with a zero byte; NULL if it cannot be read. size may be NULL. */
const char *file_text(const char *path, size_t *size);

/* The file's first `lines` lines, without the last newline. "" if it cannot be read. */
const char *file_head(const char *path, int lines);

/* The file appears whole or not at all; it is not synced, as grading can make it again. */
void file_write(const char *path, const char *text, size_t size);

/* Whether both can be read and hold the same bytes. */
bool files_equal(const char *a, const char *b);

bool file_exists(const char *path);
bool is_directory(const char *path);

/* Seconds of the last change; 0 if there is no such file. */
double file_time(const char *path);

/* The names in a directory that end so, sorted, NULL at the end; none if there is no directory. */
const char *const *directory_names(const char *path, const char *ending);

#endif
