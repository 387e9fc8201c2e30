/* Picture files: where they go. */
#ifndef SHOW_PICTURE_H
#define SHOW_PICTURE_H

#include <stdio.h>

enum { PICTURE_PATH = 4096 };

/* Writes "directory/name" into path and makes the directory if need be. */
const char *picture_path(char path[PICTURE_PATH], const char *directory, const char *name);

/* Says on standard output that there is a picture to look at. */
void picture_announce(const char *path);

/* For tests/bench until it draws through show/gnuplot.h. */
FILE *picture_source(void);
void picture_variable(FILE *source, const char *name, const char *text);
void picture_run(const char *const arguments[], FILE *source, const char *package);

#endif
