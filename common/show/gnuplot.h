/* PNGs drawn by gnuplot. The program writes a script; gnuplot writes the picture to its standard
 * output, so that no script has to name the picture's file. Texts that a script does not quote
 * itself (names, titles, paths) go through gnuplot_text(). */
#ifndef SHOW_GNUPLOT_H
#define SHOW_GNUPLOT_H

#include <stdio.h>

/* A script for a picture of width x height pixels in this font: "Sans,12". gnuplot_draw() and
 * gnuplot_try() close it. */
FILE *gnuplot_script(int width, int height, const char *font);

/* Writes any text as a quoted string. */
void gnuplot_text(FILE *script, const char *text);

/* Writes a tic's label and its place on the axis. There, alone, a % would begin a format. */
void gnuplot_tic(FILE *script, const char *label, int place);

/* Writes the line "set what 'text'", or "name = 'text'". */
void gnuplot_set(FILE *script, const char *what, const char *text);
void gnuplot_assign(FILE *script, const char *name, const char *text);

/* Draws directory/name and says so on standard output. Ends the program if gnuplot is missing or
 * fails. */
void gnuplot_draw(FILE *script, const char *directory, const char *name);

/* Draws the file `path` and returns 0, or leaves path as it was and returns what program_run() of
 * show/program.h said. */
int gnuplot_try(FILE *script, const char *path);

#endif
