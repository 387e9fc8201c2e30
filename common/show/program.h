/* Programs that draw: gnuplot, dot. Each reads a description from its standard input and writes a
 * picture to its standard output. */
#ifndef SHOW_PROGRAM_H
#define SHOW_PROGRAM_H

#include <stdio.h>

/* A nameless file for the description. */
FILE *program_source(void);

enum { PROGRAM_KILLED = -1, PROGRAM_NOT_STARTED = -2 };

/* Runs a program found on PATH from the source into the picture, waits for it and closes the
 * source. arguments begin with the program's name and end with NULL. Returns the program's exit
 * status, PROGRAM_KILLED, or PROGRAM_NOT_STARTED with the reason in errno. */
int program_run(const char *const arguments[], FILE *source, FILE *picture);

/* The same. Ends the program that calls it if the other one cannot be started (naming the package
 * that has it) or fails. */
void program_draw(const char *const arguments[], const char *package, FILE *source, FILE *picture);

#endif
