#include "sections.h"

#include "show/gnuplot.h"

/* The report's columns: 1 group, 4 pass, 5 GFLOP/s, 10 operations a byte. The margins are fixed so
 * that the angle of the memory's roof is known: three decades wide, lg 200 of them high. */
static const char script[] =
    "set lmargin at screen 0.085\n"
    "set rmargin at screen 0.97\n"
    "set bmargin at screen 0.1\n"
    "set tmargin at screen 0.93\n"
    "angle = atan(720 * 0.83 / log10(200) / (1100 * 0.885 / 3)) * 180 / pi\n"
    "set datafile separator ','\n"
    "set logscale xy\n"
    "set xlabel 'FLOP a byte, each array moved once'\n"
    "set ylabel 'GFLOP/s, operations of the plain algorithm'\n"
    "set xrange [1:1000]\n"
    "set yrange [peak / 50:peak * 4]\n"
    "set xtics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)\n"
    "set ytics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)\n"
    "set samples 1000\n"
    "set grid linetype 1 linecolor rgb '#e8e8e8'\n"
    "set border 3 linecolor rgb '#555555'\n"
    "set tics nomirror\n"
    "set key bottom right spacing 1.2\n"
    "set label sprintf('memory, %.0f GB/s', memory) at 2, 2 * memory * 1.22 rotate by angle \\\n"
    "    textcolor rgb '#555555'\n"
    "set label sprintf('peak, %.0f GFLOP/s', peak) at 930, peak * 1.12 right \\\n"
    "    textcolor rgb '#555555'\n"
    "if (peak > cache) set label sprintf('L2 caches, %.0f GB/s', cache) at 1.05, peak * 1.12 \\\n"
    "    textcolor rgb '#999999'\n"
    "if (target > 0) set label sprintf('%.0f %% of it', 100 * target) \\\n"
    "    at 930, peak * target * 0.88 right textcolor rgb '#999999'\n"
    "least(a, b) = a < b ? a : b\n"
    "of(pass) = strcol(1) eq 'kernel' && strcol(4) eq pass ? $5 : NaN\n"
    "plot least(peak, x * memory) linewidth 3 linecolor rgb '#555555' notitle, \\\n"
    "     x * cache < peak ? x * cache : NaN linewidth 2 dashtype 2 linecolor rgb '#999999' \\\n"
    "         notitle, \\\n"
    "     x * memory > target * peak ? target * peak : NaN linewidth 2 dashtype 3 \\\n"
    "         linecolor rgb '#999999' notitle, \\\n"
    "     csv using 10:(of('forward')) pointtype 7 pointsize 1.3 linecolor rgb '#400072b2' \\\n"
    "         title 'forward', \\\n"
    "     csv using 10:(of('backward-inputs')) pointtype 5 pointsize 1.2 \\\n"
    "         linecolor rgb '#40d55e00' title 'backward-inputs', \\\n"
    "     csv using 10:(of('backward-kernel')) pointtype 9 pointsize 1.5 \\\n"
    "         linecolor rgb '#40009e73' title 'backward-kernel'\n";

void draw_roofline(const Machine *machine, const char *csv_path, const char *directory) {
    FILE *source = gnuplot_script(1100, 720, "sans,13");
    gnuplot_assign(source, "csv", csv_path);
    gnuplot_assign(source, "machine", machine->name);
    fprintf(source, "peak = %g\nmemory = %g\ncache = %g\n", machine->peak, machine->memory.copy,
            machine->cache.copy);
    fprintf(source, "threads = %d\ntarget = %g\n", machine->threads, kernels_target);
    fputs(
        "set title sprintf('Convolutions under their roofs; %s, threads: %d', machine, threads)\n",
        source);
    fputs(script, source);
    gnuplot_draw(source, directory, "roofline.png");
}
