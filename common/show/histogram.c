#include "show/histogram.h"

#include <math.h>

#include "show/gnuplot.h"

enum { BINS = 80, PANEL_WIDTH = 460, HEIGHT = 420 };

Moments moments_of(const float *values, size_t count, size_t stride) {
    Moments moments = {.least = INFINITY, .most = -INFINITY};
    size_t used = 0;
    for (size_t i = 0; i < count; i += stride, used++) {
        moments.mean += values[i];
        moments.zeros += values[i] == 0;
        moments.least = fmin(moments.least, values[i]);
        moments.most = fmax(moments.most, values[i]);
    }
    moments.mean /= (double)used;
    moments.zeros /= (double)used;
    double squares = 0;
    for (size_t i = 0; i < count; i += stride)
        squares += (values[i] - moments.mean) * (values[i] - moments.mean);
    moments.standard_deviation = sqrt(squares / (double)used);
    return moments;
}

/* Per cent of all values in each bin, as lines "middle share". */
static void write_bins(FILE *script, const Histogram *histogram, int number) {
    size_t bins[BINS] = {0};
    double width = (histogram->to - histogram->from) / BINS;
    for (size_t i = 0; i < histogram->count; i++) {
        double bin = floor((histogram->values[i] - histogram->from) / width);
        if (bin >= 0 && bin < BINS)
            bins[(int)bin]++;
    }
    fprintf(script, "$histogram%d << END\n", number);
    for (int bin = 0; bin < BINS; bin++)
        fprintf(script, "%g %g\n", histogram->from + (bin + 0.5) * width,
                100.0 * (double)bins[bin] / (double)histogram->count);
    fputs("END\n", script);
}

static void write_panel(FILE *script, const Histogram *histogram, int number) {
    gnuplot_set(script, "title", histogram->title);
    gnuplot_set(script, "ylabel", number ? "" : "% of the values");
    if (histogram->limit > 0)
        fprintf(script, "set yrange [0:%g]\n", histogram->limit);
    else
        fputs("set yrange [0:*]\n", script);
    fprintf(script,
            "set xrange [%g:%g]\n"
            "plot $histogram%d using 1:2 with boxes linecolor rgb '#3b6ea8'\n",
            histogram->from, histogram->to, number);
}

void histograms_draw(const Histogram *histograms, int count, const char *title,
                     const char *directory, const char *name) {
    FILE *script = gnuplot_script(PANEL_WIDTH * count, HEIGHT, "Sans,11");
    for (int i = 0; i < count; i++)
        write_bins(script, &histograms[i], i);
    fprintf(script, "set multiplot layout 1,%d title ", count);
    gnuplot_text(script, title);
    fputs(" font 'Sans,14'\n"
          "set style fill solid 0.8 noborder\nset boxwidth 1 relative\nset grid ytics\n"
          "set border 3\nset tics nomirror\nunset key\nset xlabel 'value'\n",
          script);
    for (int i = 0; i < count; i++)
        write_panel(script, &histograms[i], i);
    fputs("unset multiplot\n", script);
    gnuplot_draw(script, directory, name);
}
