#include "picture.h"

#include "show/gnuplot.h"

#include <math.h>

enum { WIDTH = 1100, HEIGHT = 480 };

static const char common_settings[] = "set multiplot layout 1,2\n"
                                      "set border 3\n"
                                      "set tics nomirror\n"
                                      "set grid linetype 1 linecolor rgb '#e8e8e8'\n"
                                      "set logscale y\n"
                                      "set yrange [0.3:800]\n"
                                      "set ytics (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)\n"
                                      "set ylabel 'GFLOP/s of one core'\n"
                                      "colour(i) = i == 0 ? 0x0072b2 : 0xd55e00\n"
                                      "array roofs[2]\n";

/* A block of lines "rung name speed place label" for each layer. The place is the FLOP a byte of
 * weights; rungs that have the same are spread a little. */
static void write_ladder(FILE *script, const Ladder *ladder, int number) {
    fprintf(script, "$ladder%d << END\n", number);
    for (int rung = 0; rung < RUNGS; rung++) {
        double operations = 2 * ladder_rungs[rung].uses / (double)sizeof(float);
        int from_middle = operations < 1 ? 2 * rung - 3 : 2 * rung - 10;
        fprintf(script, "%d \"%s\" %g %g %c\n", rung, ladder_rungs[rung].name, ladder->speed[rung],
                operations * pow(1.05, from_middle), rung == LIBRARY ? 'L' : '0' + rung);
    }
    fprintf(script, "END\nroofs[%d] = %g\n", number + 1, ladder->read);
}

static void write_climb(FILE *script, const Ladder *ladders, int count) {
    fputs("set title 'Rung by rung'\n"
          "set bmargin 6\n"
          "set lmargin 13\n"
          "set key bottom right\n"
          "set xrange [-0.4:6.4]\n"
          "set xtics rotate by 25 right\n"
          "plot peak with lines linewidth 2 dashtype 2 linecolor rgb '#555555' "
          "title sprintf('peak, %.0f GFLOP/s', peak)",
          script);
    for (int i = 0; i < count; i++)
        fprintf(script,
                ", $ladder%d using 1:3:xtic(2) with linespoints linewidth 2 pointtype 7 "
                "linecolor rgb colour(%d) title '%d filters'",
                i, i, ladders[i].options.channels);
    putc('\n', script);
}

static void write_roofs(FILE *script, int count) {
    fputs("set title 'Under their roofs (rungs 0 to 5, library L)'\n"
          "set lmargin 9\n"
          "set logscale x\n"
          "set xrange [0.25:16]\n"
          "unset xtics\n"
          "set xtics nomirror norotate center (0.25, 0.5, 1, 2, 4, 8, 16)\n"
          "set xlabel 'FLOP a byte of weights'\n"
          "set samples 400\n"
          "least(a, b) = a < b ? a : b\n"
          "plot ",
          script);
    for (int i = 0; i < count; i++)
        fprintf(script,
                "%sleast(peak, x * roofs[%d]) with lines linewidth 2 linecolor rgb colour(%d) "
                "title sprintf('roof: weights read at %%.0f GB/s', roofs[%d]), "
                "$ladder%d using 4:3 with points pointtype 7 linecolor rgb colour(%d) notitle, "
                "$ladder%d using 4:3:5 with labels offset 0,%s textcolor rgb colour(%d) notitle",
                i ? ", " : "", i + 1, i, i + 1, i, i, i, i ? "-0.8" : "0.8", i);
    putc('\n', script);
}

void picture_draw(const Ladder *ladders, int count, const char *directory) {
    FILE *script = gnuplot_script(WIDTH, HEIGHT, "Sans,11");
    fputs(common_settings, script);
    fprintf(script, "peak = %g\n", ladders[0].peak);
    for (int i = 0; i < count; i++)
        write_ladder(script, &ladders[i], i);
    write_climb(script, ladders, count);
    write_roofs(script, count);
    fputs("unset multiplot\n", script);
    gnuplot_draw(script, directory, "16_make_it_fast.png");
}
