/* A chart of lines over whole numbers (epochs, say), drawn by gnuplot. */
#ifndef SHOW_CHART_H
#define SHOW_CHART_H

#include <stdbool.h>

typedef struct ChartLine {
    const char *title;    /* in the key; NULL: not there */
    const double *values; /* at 1, 2, ..., count */
    int count;
    int colour; /* a number from 0; lines of one number have one colour */
    bool dashed;
} ChartLine;

typedef struct Chart {
    const ChartLine *lines;
    int count;
    const char *title, *x_label, *y_label;
    bool is_logarithmic; /* the y axis; values that are not positive are left out */
} Chart;

/* Draws the chart into directory/name and says so on standard output. */
void chart_draw(const Chart *chart, const char *directory, const char *name);

#endif
