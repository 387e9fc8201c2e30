/* How the cost of a training step grows with its batch, its images, its depth and its threads. */
#include "race.h"

#include "base/error.h"
#include "base/integers.h"
#include "show/gnuplot.h"
#include "show/table.h"

#include <stddef.h>

static const double growth_target = 1.1; /* at most, time's growth by the work's */

enum { MAX_POINTS = 10, QUICK_POINTS = 2 };

typedef struct Point {
    Setting setting;
    int threads;
    double multiply_adds; /* of the step */
    double seconds, peak_bytes, graph_bytes;
    double time_growth, work_growth, time_by_work; /* to the point before; 0 for the first */
} Point;

/* Where in a Point an axis has its values. */
typedef enum Varied {
    BATCH = offsetof(Point, setting.batch),
    SIZE = offsetof(Point, setting.size),
    LAYERS = offsetof(Point, setting.layers),
    THREADS = offsetof(Point, threads),
} Varied;

typedef struct Axis {
    const char *name, *of;
    Setting base;
    Varied varied;
    int values[MAX_POINTS]; /* up to 0 or the array's end */
} Axis;

static const Axis axes[] = {
    {"batch",
     "ResNet-20, 28x28",
     {20, 28, 1, 10, 0},
     BATCH,
     {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}},
    {"image size", "ResNet-18, batch 16", {18, 0, 1, 10, 16}, SIZE, {14, 28, 56, 112, 224}},
    {"depth (CIFAR)", "28x28, batch 32", {0, 28, 1, 10, 32}, LAYERS, {20, 32, 44, 56, 110}},
    {"depth (ImageNet)", "112x112, batch 4", {0, 112, 1, 10, 4}, LAYERS, {18, 34, 50, 101, 152}},
    {"threads",
     "ResNet-20, 28x28, batch 128",
     {20, 28, 1, 10, 128},
     THREADS,
     {1, 2, 4, 8, 16, 32, 64, 128, 256}},
};
enum { AXES = sizeof axes / sizeof axes[0], QUICK_AXES = 3, DRAWN = AXES - 1 /* not threads */ };

typedef struct Growth {
    int count;
    Point points[MAX_POINTS];
} Growth;

static int *varied(const Axis *axis, Point *point) {
    return (int *)((char *)point + axis->varied);
}

/* The machine's own number of threads ends that axis. */
static void list_points(const Bench *bench, const Axis *axis, Growth *growth) {
    int most = bench->quick ? QUICK_POINTS : MAX_POINTS, before = 0;
    for (int i = 0; i < most && axis->values[i]; i++) {
        int value = axis->values[i];
        if (axis->varied == THREADS)
            value = min_int(value, bench->machine.threads);
        if (value == before)
            break;
        before = value;
        Point *point = &growth->points[growth->count++];
        *point = (Point){.setting = axis->base, .threads = bench->machine.threads};
        *varied(axis, point) = value;
        MultiplyAdds sum = setting_multiply_adds(&point->setting);
        point->multiply_adds = sum.forward + sum.backward;
    }
}

static Worker *start(const Bench *bench, const Point *point) {
    Bench machine = *bench;
    machine.machine.threads = point->threads;
    char answer[ANSWER_TEXT];
    Worker *worker = step_worker(&machine, &point->setting, OURS, "train", NULL, answer);
    require(worker, "%s step: did not start: %s", bench->program, answer);
    return worker;
}

/* Neighbours are compared round by round, as the contestants of a race. */
static void measure_axis(const Bench *bench, Growth *growth) {
    Worker *workers[MAX_POINTS];
    double seconds[MAX_POINTS][MAX_ROUNDS], medians[MAX_POINTS];
    for (int i = 0; i < growth->count; i++)
        workers[i] = start(bench, &growth->points[i]);
    int rounds = take_turns(bench, workers, growth->count, seconds, medians);
    for (int i = 0; i < growth->count; i++) {
        Point *point = &growth->points[i];
        ask_memory(workers[i], &point->peak_bytes, &point->graph_bytes);
        worker_stop(workers[i]);
        point->seconds = medians[i];
        if (i == 0)
            continue;
        const Point *before = point - 1;
        point->time_growth = median_ratio(seconds[i], seconds[i - 1], rounds);
        point->work_growth =
            point->multiply_adds / before->multiply_adds * before->threads / point->threads;
        point->time_by_work = point->time_growth / point->work_growth;
    }
}

static void report_point(const Bench *bench, const Axis *axis, int value, const Point *point) {
    char name[SETTING_TEXT];
    snprintf(name, sizeof name, "%s %d", axis->name, value);
    Measurement row = {.group = "growth", .name = name, .shape = axis->of};
    row.pass = "multiply-adds";
    row.value = point->multiply_adds * 1e-9;
    row.unit = "G";
    report_add(bench->report, row);
    row.pass = "peak memory";
    row.value = point->peak_bytes * 1e-6;
    row.unit = "MB";
    report_add(bench->report, row);
    row.pass = "step";
    row.value = point->seconds * 1e3;
    row.unit = "ms";
    row.ratio = point->time_by_work;
    row.ratio_to = "growth of the work";
    row.target = growth_target;
    report_add(bench->report, row);
}

static void add_row(Table *table, int value, const Point *point) {
    char growth[SETTING_TEXT] = "| |";
    if (point->work_growth > 0)
        snprintf(growth, sizeof growth, "%.2f | %.2f | %.2f", point->time_growth,
                 point->work_growth, point->time_by_work);
    table_row(table, "%d | %.2f | %.2f | %.0f | %.1f | %.1f | %s", value,
              point->multiply_adds * 1e-9, point->seconds * 1e3,
              2e-9 * point->multiply_adds / point->seconds, point->graph_bytes * 1e-6,
              point->peak_bytes * 1e-6, growth);
}

static void print_axis(const Bench *bench, const Axis *axis, Growth *growth) {
    printf("\nGrowth with the %s: %s\n", axis->name, axis->of);
    Table *table = table_new("to | multiply-adds G | step ms | GFLOP/s | graph MB | peak MB | "
                             "time to before | work to before | time by work");
    for (int i = 0; i < growth->count; i++) {
        Point *point = &growth->points[i];
        add_row(table, *varied(axis, point), point);
        report_point(bench, axis, *varied(axis, point), point);
    }
    table_print(table);
}

static const char script[] =
    "set logscale xy\n"
    "set xlabel 'multiply-adds of the step, 10⁹'\n"
    "set xrange [0.05:200]\n"
    "set xtics (0.1, 0.3, 1, 3, 10, 30, 100)\n"
    "set ytics (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000)\n"
    "set grid linetype 1 linecolor rgb '#e8e8e8'\n"
    "set border 3 linecolor rgb '#555555'\n"
    "set tics nomirror\n"
    "set bmargin at screen 0.26\n"
    "set tmargin at screen 0.88\n"
    "set key at screen 0.5, 0.02 center bottom maxrows 3 width -4 spacing 1.2 reverse Left\n"
    "array colours[4] = ['#0072b2', '#d55e00', '#009e73', '#cc79a7']\n"
    "array marks[4] = [7, 5, 9, 13]\n"
    "set multiplot title sprintf('A training step; %s, threads: %d', machine, threads) \\\n"
    "    font 'sans,15'\n"
    "set lmargin at screen 0.06\n"
    "set rmargin at screen 0.485\n"
    "set title 'time, ms'\n"
    "plot for [i = 1:axes] sprintf('$axis%d', i) using 1:2 with linespoints linewidth 2 \\\n"
    "         pointtype marks[i] pointsize 1.2 linecolor rgb colours[i] title titles[i], \\\n"
    "     2000 * x / peak linecolor rgb '#999999' title sprintf('peak, %.0f GFLOP/s', peak)\n"
    "unset key\n"
    "set lmargin at screen 0.56\n"
    "set rmargin at screen 0.985\n"
    "set title 'peak memory, MB'\n"
    "plot for [i = 1:axes] sprintf('$axis%d', i) using 1:3 with linespoints linewidth 2 \\\n"
    "         pointtype marks[i] pointsize 1.2 linecolor rgb colours[i]\n"
    "unset multiplot\n";

static void write_axis(FILE *source, int number, Growth *growth) {
    const Axis *axis = &axes[number - 1];
    fprintf(source, "$axis%d << END\n", number);
    for (int i = 0; i < growth->count; i++) {
        const Point *point = &growth->points[i];
        fprintf(source, "%g %g %g\n", point->multiply_adds * 1e-9, point->seconds * 1e3,
                point->peak_bytes * 1e-6);
    }
    fprintf(source, "END\ntitles[%d] = '%s %d to %d: %s'\n", number, axis->name,
            *varied(axis, growth->points), *varied(axis, &growth->points[growth->count - 1]),
            axis->of);
}

static void draw(const Bench *bench, Growth growths[], int count) {
    FILE *source = gnuplot_script(1200, 620, "sans,13");
    gnuplot_assign(source, "machine", bench->machine.name);
    fprintf(source, "threads = %d\npeak = %g\naxes = %d\narray titles[axes]\n",
            bench->machine.threads, bench->machine.peak, count);
    for (int i = 0; i < count; i++)
        write_axis(source, i + 1, &growths[i]);
    fputs(script, source);
    gnuplot_draw(source, bench->out, "growth.png");
}

static const char explanation[] =
    "\nA training step, each row in a process of its own. Work: multiply-adds of the plain\n"
    "algorithm, a thread's share. Threads, unless these grow: %d. Time grows no faster where\n"
    "\"time by work\" is at most %.1f.\n";

void bench_growth(const Bench *bench) {
    Bench shorter = *bench; /* so many points have no room for a race's turns */
    shorter.turn_seconds = bench->quick ? 0.05 : 0.2;
    shorter.effort.samples = bench->quick ? 3 : 5;
    printf(explanation, bench->machine.threads, growth_target);
    Growth growths[AXES] = {0};
    int count = bench->quick ? QUICK_AXES : AXES;
    for (int i = 0; i < count; i++) {
        list_points(bench, &axes[i], &growths[i]);
        measure_axis(&shorter, &growths[i]);
        print_axis(bench, &axes[i], &growths[i]);
    }
    draw(bench, growths, min_int(count, DRAWN));
}
