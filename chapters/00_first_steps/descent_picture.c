#include "descent_picture.h"

#include <stdio.h>

#include "pieces/descent.h"
#include "show/gnuplot.h"

enum { WIDTH = 1000, HEIGHT = 800, LINES = 4, RATES = 3 };

static const struct {
    float rate;
    int steps;
} ways[RATES] = {{0.01f, 30}, {0.1f, 30}, {0.2f, 3}};

/* The points {w, b} of a descent, as the gnuplot table $way<number>. */
static void write_way(FILE *script, int number, const float *inputs, const float *targets,
                      int count) {
    float line[] = {0, 0}, gradient[2];
    fprintf(script, "$way%d << END\n", number);
    for (int step = 0; step <= ways[number].steps; step++) {
        fprintf(script, "%g %g\n", (double)line[0], (double)line[1]);
        line_gradient(line, count, inputs, targets, gradient);
        gradient_descent_step(2, ways[number].rate, gradient, line);
    }
    fputs("END\n", script);
}

/* The examples, and the lines of the second way's first steps. */
static void write_lines(FILE *script) {
    fputs("set title 'the line after each step, rate 0.1'\nset xlabel 'x'\nset ylabel 'y'\n"
          "set xrange [0:4]\nset yrange [-0.5:10.5]\nset key left top\nplot",
          script);
    for (int step = 0; step < LINES; step++)
        fprintf(script,
                " real(word($way1[%d], 1)) * x + real(word($way1[%d], 2)) linewidth 2 "
                "linecolor rgb '%s' title '%d',",
                step + 1, step + 1,
                (const char *[]){"#bbbbbb", "#d55e00", "#e6a800", "#0072b2"}[step], step);
    fputs(" $examples with points pointtype 7 pointsize 1.6 linecolor rgb 'black' "
          "title 'examples'\n",
          script);
}

/* Lines of equal loss over w and b, and the way of one rate. */
static void write_landscape(FILE *script, int number) {
    fprintf(script,
            "set title 'learning rate %g: the first %d steps'\nset xlabel 'w'\nset ylabel 'b'\n"
            "set xrange [-1.5:5.5]\nset yrange [-1:2.5]\nunset key\n"
            "plot $contours with lines linecolor rgb '#b0b0b0', "
            "$contours using 1:2:(sprintf('%%g', $3)) every ::20::20 with labels font 'Sans,9' "
            "textcolor rgb '#707070', "
            "$way%d with linespoints linewidth 2 pointtype 7 pointsize 0.7 linecolor rgb '%s', "
            "'+' using (2):(1) every ::0::0 with points pointtype 2 pointsize 2 linewidth 2 "
            "linecolor rgb 'black'\n",
            (double)ways[number].rate, ways[number].steps, number,
            (const char *[]){"#009e73", "#0072b2", "#d55e00"}[number]);
}

void descent_picture(const float *inputs, const float *targets, int count, const char *out) {
    FILE *script = gnuplot_script(WIDTH, HEIGHT, "Sans,11");
    fputs("$examples << END\n", script);
    for (int i = 0; i < count; i++)
        fprintf(script, "%g %g\n", (double)inputs[i], (double)targets[i]);
    fputs("END\n", script);
    for (int i = 0; i < RATES; i++)
        write_way(script, i, inputs, targets, count);
    fputs("loss(w, b) = 0", script);
    for (int i = 0; i < count; i++)
        fprintf(script, " + (w * %g + b - %g)**2 / %d", (double)inputs[i], (double)targets[i],
                count);
    fputs("\nset contour base\nunset surface\nset isosamples 200\nset samples 200\n"
          "set cntrparam levels discrete 0.1, 1, 3, 10, 30, 60\nset table $contours\n"
          "splot [-1.5:5.5] [-1:2.5] loss(x, y)\nunset table\nunset contour\n"
          "set multiplot layout 2,2\nset border 3\nset tics nomirror\n",
          script);
    write_lines(script);
    for (int i = 0; i < RATES; i++)
        write_landscape(script, i);
    fputs("unset multiplot\n", script);
    gnuplot_draw(script, out, "00_descent.png");
}
