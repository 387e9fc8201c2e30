/* Picture files: where they go, and the programs that draw them. */
#ifndef SHOW_PICTURE_H
#define SHOW_PICTURE_H

#include <stdio.h>

enum { PICTURE_PATH = 4096 };

/* Writes "directory/name" into path and makes the directory if need be. */
const char *picture_path(char path[PICTURE_PATH], const char *directory, const char *name);

/* Says on standard output that there is a picture to look at. */
void picture_announce(const char *path);

/* A nameless file to write a drawing program's input to; picture_run() closes it. */
FILE *picture_source(void);

/* Writes a line for gnuplot that gives the variable this text, whatever stands in it. */
void picture_variable(FILE *source, const char *name, const char *text);

/* Runs a program found on PATH with the source as its standard input, and waits for it. arguments
 * begin with the program's name and end with NULL. Ends the program if the other one is missing
 * (naming the package that has it) or fails. */
void picture_run(const char *const arguments[], FILE *source, const char *package);

#endif
