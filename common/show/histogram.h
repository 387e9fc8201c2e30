/* Histograms side by side in one PNG, drawn by gnuplot; and in numbers, as moments. */
#ifndef SHOW_HISTOGRAM_H
#define SHOW_HISTOGRAM_H

#include <stddef.h>

typedef struct Moments {
    double mean, standard_deviation, least, most;
    double zeros; /* the fraction that is exactly zero */
} Moments;

/* Of count values, every stride-th from the first. */
Moments moments_of(const float *values, size_t count, size_t stride);

typedef struct Histogram {
    const char *title;
    const float *values;
    size_t count;
    double from, to; /* the range of the bins; values outside are left out */
    double limit;    /* per cent: longer bars are cut off; 0 for none */
} Histogram;

/* Draws the histograms into directory/name and says so on standard output. */
void histograms_draw(const Histogram *histograms, int count, const char *title,
                     const char *directory, const char *name);

#endif
