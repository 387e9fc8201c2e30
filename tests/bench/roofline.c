#include "sections.h"

#include "base/output_file.h"
#include "show/picture.h"

/* The report's columns: 1 group, 4 pass, 5 GFLOP/s, 10 operations a byte. */
static const char script[] =
    "set terminal pngcairo size 1000,650 font 'sans,12' noenhanced\n"
    "set datafile separator ','\n"
    "set logscale xy\n"
    "set xlabel 'operations a byte, each array moved once'\n"
    "set ylabel 'GFLOP/s, multiplications of the plain algorithm'\n"
    "set xrange [1:1000]\n"
    "set yrange [peak / 50:peak * 6]\n"
    "set samples 1000\n"
    "set grid linecolor rgb '#dddddd'\n"
    "set border 3\n"
    "set tics nomirror\n"
    "set key bottom right\n"
    "least(a, b) = a < b ? a : b\n"
    "of(pass) = strcol(1) eq 'kernel' && strcol(4) eq pass ? $5 : NaN\n"
    "plot least(peak, x * memory) linewidth 2 linecolor rgb '#555555' \\\n"
    "         title sprintf('memory, %.0f GB/s; peak, %.0f GFLOP/s', memory, peak), \\\n"
    "     least(peak, x * cache) linewidth 1 dashtype 2 linecolor rgb '#555555' \\\n"
    "         title sprintf('L2 caches, %.0f GB/s', cache), \\\n"
    "     csv using 10:(of('forward')) pointtype 7 linecolor rgb '#0072b2' title 'forward', \\\n"
    "     csv using 10:(of('backward-inputs')) pointtype 5 linecolor rgb '#d55e00' \\\n"
    "         title 'backward-inputs', \\\n"
    "     csv using 10:(of('backward-kernel')) pointtype 9 linecolor rgb '#009e73' \\\n"
    "         title 'backward-kernel'\n";

/* 'text' as gnuplot writes strings: a quote inside is doubled. */
static void set_text(FILE *source, const char *name, const char *text) {
    fprintf(source, "%s = '", name);
    for (; *text; text++)
        fprintf(source, *text == '\'' ? "''" : "%c", *text);
    fputs("'\n", source);
}

void draw_roofline(const Machine *machine, const char *csv_path, const char *directory) {
    char path[PICTURE_PATH];
    OutputFile *file = output_open(picture_path(path, directory, "roofline.png"));
    FILE *source = picture_source();
    set_text(source, "csv", csv_path);
    set_text(source, "picture", output_temporary_path(file));
    set_text(source, "machine", machine->name);
    fprintf(source, "peak = %g\nmemory = %g\ncache = %g\n", machine->peak, machine->memory.copy,
            machine->cache.copy);
    fprintf(source, "threads = %d\n", machine->threads);
    fputs("set output picture\n"
          "set title sprintf('%s, threads: %d', machine, threads)\n",
          source);
    fputs(script, source);
    picture_run((const char *const[]){"gnuplot", NULL}, source, "gnuplot-nox");
    output_commit(file);
    picture_announce(path);
}
