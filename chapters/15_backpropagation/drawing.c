#include "drawing.h"

#include "base/output_file.h"
#include "show/gnuplot.h"
#include "show/picture.h"
#include "show/program.h"

static void write_node(FILE *dot, const Node *node) {
    fprintf(dot, "n%d [fillcolor=\"%s\", label=<<b>%s</b><br/>%g<br/>", node->index,
            node->backward ? "white" : "#eeeeee", node->name, (double)node->values[0]);
    if (node->gradient)
        fprintf(dot, "<font color=\"#b04a00\">%g</font>", (double)node->gradient[0]);
    fputs(">];\n", dot);
    for (int j = 0; j < NODE_INPUTS && node->inputs[j]; j++)
        fprintf(dot, "n%d -> n%d;\n", node->inputs[j]->index, node->index);
}

void draw_graph(int count, Node *const nodes[], const char *directory, const char *name) {
    FILE *dot = program_source();
    fputs("digraph {\nrankdir=LR; dpi=110; nodesep=0.3; ranksep=0.45;\n"
          "label=\"black: the value, computed from left to right; orange: its gradient, from right "
          "to left\"; fontname=\"Helvetica\"; fontsize=12;\n"
          "node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=13];\n"
          "edge [color=\"#555555\"];\n",
          dot);
    for (int i = 0; i < count; i++)
        write_node(dot, nodes[i]);
    fputs("}\n", dot);
    char path[PICTURE_PATH];
    OutputFile *picture = output_open(picture_path(path, directory, name));
    program_draw((const char *const[]){"dot", "-Tpng", NULL}, "graphviz", dot,
                 output_stream(picture));
    output_commit(picture);
    picture_announce(path);
}

void draw_lifetimes(int count, Node *const nodes[], const int *last, const char *directory,
                    const char *name) {
    enum { WIDTH = 860, HEIGHT = 440 };
    FILE *script = gnuplot_script(WIDTH, HEIGHT, "Sans,11");
    fputs("$bars << END\n", script);
    for (int i = 0; i < count; i++)
        fprintf(script, "%d %d %d \"%s\"\n", i, last[i], count - i, nodes[i]->name);
    fputs("END\n", script);
    gnuplot_set(script, "title", "From its computation to its last use: when a value is in memory");
    gnuplot_set(script, "xlabel", "step");
    fprintf(script,
            "set border 3\nset tics nomirror\nset xtics 4\nset grid xtics linecolor rgb '#dddddd'\n"
            "set key below\nset xrange [-0.7:%d.7]\nset yrange [0.3:%d.9]\n"
            "set arrow from %d.5, graph 0 to %d.5, graph 1 nohead dashtype 2\n"
            "set label 'forward' at %d.3, graph 0.96 right\n"
            "set label 'backward' at %d.7, graph 0.96\n",
            2 * count, count + 1, count - 1, count - 1, count - 1, count - 1);
    fputs("plot $bars using 1:3:($1-0.4):($2+0.4):($3-0.3):($3+0.3):ytic(4) with boxxyerror "
          "fillstyle solid 0.8 noborder linecolor rgb '#0072b2' notitle\n",
          script);
    gnuplot_draw(script, directory, name);
}

void draw_errors(const ErrorAt *errors, int count, const char *directory, const char *name) {
    enum { WIDTH = 800, HEIGHT = 460 };
    FILE *script = gnuplot_script(WIDTH, HEIGHT, "Sans,12");
    fputs("$errors << END\n", script);
    for (int i = 0; i < count; i++)
        fprintf(script, "%g %g %g\n", errors[i].epsilon, errors[i].central, errors[i].one_sided);
    fputs("END\n", script);
    gnuplot_set(script, "title", "Batch normalisation's gradient by differences, in float");
    gnuplot_set(script, "xlabel", "epsilon");
    gnuplot_set(script, "ylabel", "relative error");
    fputs("set logscale xy\nset format '10^{%T}'\nset border 3\nset tics nomirror\nset key top "
          "center\n"
          "set grid linecolor rgb '#dddddd'\nset termoption enhanced\n"
          "plot $errors using 1:2 with linespoints linewidth 2 pointtype 7 linecolor rgb '#0072b2' "
          "title 'central', $errors using 1:3 with linespoints linewidth 2 pointtype 7 linecolor "
          "rgb '#d55e00' title 'one-sided'\n",
          script);
    gnuplot_draw(script, directory, name);
}
