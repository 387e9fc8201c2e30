/* Efficiencies by nodes. A series is what the rows of one network, link and way have in common; a
 * contest, the series of one network and rate, has a table and a column of the picture. */
#include "scaling.h"

#include "base/error.h"
#include "show/gnuplot.h"
#include "show/table.h"

#include <stdbool.h>
#include <stdlib.h>

static const CsvColumn columns[] = {
    {"layers", CSV_INT, offsetof(ScalingRow, layers), 0},
    {"side", CSV_INT, offsetof(ScalingRow, side), 0},
    {"images", CSV_INT, offsetof(ScalingRow, images), 0},
    {"rate", CSV_DIGITS, offsetof(ScalingRow, rate), 6},
    {"gbits", CSV_DIGITS, offsetof(ScalingRow, gbits), 6},
    {"latency", CSV_DIGITS, offsetof(ScalingRow, latency), 6},
    {"ghost", CSV_INT, offsetof(ScalingRow, ghost), 0},
    {"buckets", CSV_INT, offsetof(ScalingRow, buckets), 0},
    {"nodes", CSV_INT, offsetof(ScalingRow, nodes), 0},
    {"simulated", CSV_DIGITS, offsetof(ScalingRow, simulated), 6},
    {"model", CSV_DIGITS, offsetof(ScalingRow, model), 6},
};

const CsvTable scaling_table = {.what = "a table of simulated steps",
                                .missing = "run make scaling",
                                .row_bytes = sizeof(ScalingRow),
                                .num_columns = sizeof columns / sizeof columns[0],
                                .columns = columns};

/* The share of a step's seconds in which the node computes. */
static double efficiency(const ScalingRow *row, double seconds) {
    return 100 * row->images / row->rate / seconds;
}

/* ---- rows in order ---- */

static int by_number(double a, double b) {
    return (a > b) - (a < b);
}

static int by_contest(const ScalingRow *a, const ScalingRow *b) {
    int order = by_number(a->layers, b->layers);
    return order ? order : by_number(a->rate, b->rate);
}

static int by_series(const ScalingRow *a, const ScalingRow *b) {
    const double keys[][2] = {{a->buckets, b->buckets}, {a->gbits, b->gbits}, {a->ghost, b->ghost}};
    int order = by_contest(a, b);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0] && !order; i++)
        order = by_number(keys[i][0], keys[i][1]);
    return order;
}

static int by_all(const void *left, const void *right) {
    const ScalingRow *a = left, *b = right;
    int order = by_series(a, b);
    return order ? order : by_number(a->nodes, b->nodes);
}

/* How many rows from `rows` on are alike. */
static int run_length(const ScalingRow *rows, int count,
                      int (*order)(const ScalingRow *, const ScalingRow *)) {
    int length = 1;
    while (length < count && order(rows, rows + length) == 0)
        length++;
    return length;
}

/* ---- the table ---- */

static Table *start_table(const ScalingRow *series, int count, Arena *arena) {
    const char *headings = "Gbit/s | us | statistics | overlap";
    for (int i = 0; i < count; i++)
        headings = arena_printf(arena, "%s | %d nodes", headings, series[i].nodes);
    return table_new(headings);
}

static void add_series(Table *table, const ScalingRow *series, int count, Arena *arena) {
    const char *cells =
        arena_printf(arena, "%g | %g | %s | %s", series->gbits, series->latency,
                     series->ghost ? "ghost" : "exact", series->buckets > 1 ? "yes" : "no");
    for (int i = 0; i < count; i++)
        cells = arena_printf(arena, "%s | %.1f (%.1f)", cells,
                             efficiency(&series[i], series[i].simulated),
                             efficiency(&series[i], series[i].model));
    table_row(table, "%s", cells);
}

static void print_contest(const ScalingRow *rows, int count) {
    Arena *arena = arena_new();
    printf("\nResNet-%d at %d x %d, %d images a node, a node alone: %g images/s\n", rows->layers,
           rows->side, rows->side, rows->images, rows->rate);
    int columns_count = run_length(rows, count, by_series);
    Table *table = start_table(rows, columns_count, arena);
    for (int i = 0; i < count;) {
        int length = run_length(rows + i, count - i, by_series);
        require(length == columns_count,
                "a series of simulated steps has %d rows, another %d; run make scaling again",
                length, columns_count);
        add_series(table, rows + i, length, arena);
        i += length;
    }
    table_print(table);
    arena_free(arena);
}

/* ---- the picture ---- */

enum { PANEL_WIDTH = 400, PANEL_HEIGHT = 330, ROWS_OF_PANELS = 2 };

static int colour_of(double gbits) {
    static const double known[] = {1, 10, 25};
    int colour = 0;
    while (colour < 3 && gbits > known[colour])
        colour++;
    return colour;
}

static void write_series(FILE *script, const ScalingRow *series, int count, int number) {
    fprintf(script, "$series%d << END\n", number);
    for (int i = 0; i < count; i++)
        fprintf(script, "%d %g %g\n", series[i].nodes, efficiency(&series[i], series[i].simulated),
                efficiency(&series[i], series[i].model));
    fputs("END\n", script);
}

/* The series of a contest with overlap, or those without: lines are simulated, circles the
 * model's. */
static void write_panel(FILE *script, const ScalingRow *rows, int count, bool overlap) {
    int number = 0;
    for (int i = 0, length; i < count; i += length) {
        length = run_length(rows + i, count - i, by_series);
        if ((rows[i].buckets > 1) == overlap)
            write_series(script, rows + i, length, number++);
    }
    fprintf(script, "set title 'ResNet-%d, %g images/s, %s overlap'\n", rows->layers, rows->rate,
            overlap ? "with" : "without");
    number = 0;
    for (int i = 0; i < count; i += run_length(rows + i, count - i, by_series)) {
        if ((rows[i].buckets > 1) != overlap)
            continue;
        fprintf(script,
                "%s $series%d using 1:2 with lines linewidth 2 dashtype %d linecolor rgb "
                "colours[%d] title '%g Gbit/s, %s', $series%d using 1:3 with points pointtype 6 "
                "linecolor rgb colours[%d] notitle",
                number ? "," : "plot", number, rows[i].ghost ? 2 : 1, colour_of(rows[i].gbits) + 1,
                rows[i].gbits, rows[i].ghost ? "ghost" : "exact", number,
                colour_of(rows[i].gbits) + 1);
        number++;
    }
    putc('\n', script);
}

static const char settings[] =
    "array colours[4] = ['#d55e00', '#cc79a7', '#0072b2', '#009e73']\n"
    "set grid linecolor rgb '#dddddd'\nset border 3\nset tics nomirror\n"
    "set logscale x 2\nset xtics (1, 4, 16, 64, 256, 1024)\nset yrange [0:102]\n"
    "set xlabel 'simulated nodes'\nset ylabel 'efficiency, %'\n";

static void draw(const ScalingRow *rows, int count, const char *directory) {
    int contests = 0, panel = 0;
    for (int i = 0; i < count; i += run_length(rows + i, count - i, by_contest))
        contests++;
    FILE *script = gnuplot_script(contests * PANEL_WIDTH, ROWS_OF_PANELS * PANEL_HEIGHT, "Sans,11");
    fputs(settings, script);
    fprintf(
        script,
        "set multiplot layout %d,%d title 'Simulated: a training step on many machines (lines), "
        "and its cost model (circles)' font 'Sans,13'\n",
        ROWS_OF_PANELS, contests);
    for (int overlap = 0; overlap < ROWS_OF_PANELS; overlap++)
        for (int i = 0, length; i < count; i += length) {
            length = run_length(rows + i, count - i, by_contest);
            fputs(panel++ == contests + contests / 2 ? "set key bottom left reverse Left\n"
                                                     : "unset key\n",
                  script);
            write_panel(script, rows + i, length, overlap);
        }
    fputs("unset multiplot\n", script);
    gnuplot_draw(script, directory, "scaling.png");
}

void scaling_show(const char *path, const char *directory) {
    int count;
    ScalingRow *rows = csv_read(&scaling_table, path, NULL, &count);
    require(count > 0, "%s: has no row; run make scaling", path);
    qsort(rows, (size_t)count, sizeof *rows, by_all);
    printf("Simulated: efficiency in %%, and in brackets by the cost model.\n");
    for (int i = 0, length; i < count; i += length) {
        length = run_length(rows + i, count - i, by_contest);
        print_contest(rows + i, length);
    }
    draw(rows, count, directory);
    free(rows);
}
