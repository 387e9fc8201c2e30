#include "show/chart.h"

#include "base/integers.h"
#include "show/gnuplot.h"

#include <math.h>

static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7"};
enum { COLOURS = sizeof colours / sizeof colours[0], MOST_TICS = 20, WIDTH = 800, HEIGHT = 500 };

static int longest(const Chart *chart) {
    int longest = 1;
    for (int i = 0; i < chart->count; i++)
        longest = max_int(longest, chart->lines[i].count);
    return longest;
}

static void write_line(FILE *script, const ChartLine *line, int number) {
    fprintf(script, "$line%d << END\n", number);
    for (int i = 0; i < line->count; i++)
        fprintf(script, "%d %g\n", i + 1, line->values[i]);
    fputs("END\n", script);
}

static void write_plot(FILE *script, const ChartLine *line, int number) {
    fprintf(script,
            "%s $line%d using 1:2 with linespoints linewidth 2 pointtype 7 pointsize %s "
            "linecolor rgb '%s' dashtype %d ",
            number ? "," : "plot", number, line->dashed ? "0" : "0.6",
            colours[line->colour % COLOURS], line->dashed ? 2 : 1);
    fputs(line->title ? "title " : "notitle", script);
    if (line->title)
        gnuplot_text(script, line->title);
}

/* The largest value over the smallest of those above 0. */
static double span(const Chart *chart) {
    double least = INFINITY, most = 0;
    for (int i = 0; i < chart->count; i++)
        for (int j = 0; j < chart->lines[i].count; j++) {
            double value = chart->lines[i].values[j];
            least = value > 0 ? fmin(least, value) : least;
            most = fmax(most, value);
        }
    return most / least;
}

/* gnuplot's own tics are the powers of ten, too few for curves. */
static const char *const some_tics = "0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, "
                                     "200, 500, 1000, 2000, 5000, 10000";
static const char *const many_tics = "0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, "
                                     "0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100";

void chart_draw(const Chart *chart, const char *directory, const char *name) {
    FILE *script = gnuplot_script(WIDTH, HEIGHT, "Sans,12");
    fputs("set grid linecolor rgb '#dddddd'\nset border 3\nset tics nomirror\nset key below\n",
          script);
    if (chart->is_logarithmic)
        fprintf(script,
                "set key below maxrows 2\nset logscale y\nset autoscale yfix\n"
                "set offsets 0, 0, graph 0.05, graph 0.05\n"
                "set ytics (%s)\n",
                span(chart) > 50 ? some_tics : many_tics);
    else
        fputs("set yrange [*<0:*]\n", script);
    fprintf(script, "set xrange [0.5:%d.5]\n", longest(chart));
    if (longest(chart) <= MOST_TICS)
        fputs("set xtics 1\n", script);
    gnuplot_set(script, "title", chart->title);
    gnuplot_set(script, "xlabel", chart->x_label);
    gnuplot_set(script, "ylabel", chart->y_label);
    for (int i = 0; i < chart->count; i++)
        write_line(script, &chart->lines[i], i);
    for (int i = 0; i < chart->count; i++)
        write_plot(script, &chart->lines[i], i);
    putc('\n', script);
    gnuplot_draw(script, directory, name);
}
