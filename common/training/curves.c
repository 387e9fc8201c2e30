#include "training/curves.h"

#include "show/gnuplot.h"
#include "show/program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 1200, HEIGHT = 500 };

/* The log's columns: 1 epoch, 5 and 6 training loss and accuracy, 7 and 8 test. */
static const char commands[] =
    "set datafile separator ','\n"
    "set multiplot layout 1,2\n"
    "set xlabel 'epoch'\n"
    "set grid linecolor rgb '#dddddd'\n"
    "set border 3\n"
    "set tics nomirror\n"
    "stats log skip 1 using 1 nooutput\n"
    "last = STATS_max\n"
    "set xrange [0:last + (last < 10 ? 0.5 : last / 20.0)]\n"
    "if (last < 15) set xtics 1\n"
    "set style line 1 linecolor rgb '#0072b2' linewidth 2 pointtype 7 pointsize 0.7\n"
    "set style line 2 linecolor rgb '#d55e00' linewidth 2 pointtype 5 pointsize 0.7\n"
    "set title 'loss'\n"
    "set key top right\n"
    "plot log skip 1 using 1:5 with linespoints linestyle 1 title 'training', \\\n"
    "     log skip 1 using 1:7 with linespoints linestyle 2 title 'test'\n"
    "set title 'accuracy'\n"
    "set key bottom right\n"
    "set format y '%g %%'\n"
    "plot log skip 1 using 1:(100 * $6) with linespoints linestyle 1 title 'training', \\\n"
    "     log skip 1 using 1:(100 * $8) with linespoints linestyle 2 title 'test'\n"
    "unset multiplot\n";

bool curves_draw(const char *log_path, const char *picture_path) {
    FILE *script = gnuplot_script(WIDTH, HEIGHT, "sans,12");
    gnuplot_assign(script, "log", log_path);
    fputs(commands, script);
    int status = gnuplot_try(script, picture_path);
    if (status == PROGRAM_NOT_STARTED)
        fprintf(stderr,
                "%s: not drawn, because gnuplot cannot be run: %s; install gnuplot-nox and run "
                "make plot\n",
                picture_path, strerror(errno));
    else if (status != 0)
        fprintf(stderr,
                "%s: not drawn, because gnuplot failed on %s; run gnuplot --version to see "
                "whether it works\n",
                picture_path, log_path);
    return status == 0;
}
