/* The mean over the seeds of what the trainer logged, epoch by epoch: written as curves.csv, and
 * drawn from there, one panel for each regulariser. */
#include "report.h"

#include "base/csv.h"
#include "base/integers.h"
#include "base/output_file.h"
#include "show/gnuplot.h"
#include "show/picture.h"
#include "training/log.h"

#include <stdio.h>

enum {
    PANEL_WIDTH = 330,
    PANEL_HEIGHT = 270,
    COLUMNS = 3,
    ROWS = (REGULARIZERS + COLUMNS - 1) / COLUMNS
};

static const char curves_file[] = "curves.csv", picture_file[] = "regularization.png";

/* A variant's means in one epoch. */
typedef struct CurveRow {
    const char *variant;
    int epoch;
    double train_loss, train_accuracy, test_loss, test_accuracy;
} CurveRow;

static const CsvColumn columns[] = {
    {"variant", CSV_TEXT, offsetof(CurveRow, variant), 0},
    {"epoch", CSV_INT, offsetof(CurveRow, epoch), 0},
    {"train_loss", CSV_DECIMALS, offsetof(CurveRow, train_loss), 4},
    {"train_accuracy", CSV_DECIMALS, offsetof(CurveRow, train_accuracy), 4},
    {"test_loss", CSV_DECIMALS, offsetof(CurveRow, test_loss), 4},
    {"test_accuracy", CSV_DECIMALS, offsetof(CurveRow, test_accuracy), 4},
};

static const CsvTable table = {.row_bytes = sizeof(CurveRow),
                               .num_columns = sizeof columns / sizeof columns[0],
                               .columns = columns};

/* Adds a run's share to the mean rows; returns how many of them it has. */
static int add_run(const char *path, int epochs, double share, CurveRow *mean) {
    TrainingLog log = log_read(path, epochs);
    int count = log.count;
    for (int i = 0; i < count; i++) {
        mean[i].train_loss += share * log.rows[i].train_loss;
        mean[i].train_accuracy += share * log.rows[i].train_accuracy;
        mean[i].test_loss += share * log.rows[i].test_loss;
        mean[i].test_accuracy += share * log.rows[i].test_accuracy;
    }
    log_free(&log);
    return count;
}

/* The epochs that every seed's training had: early stopping may have ended one. */
static void write_variant(FILE *stream, const Experiment *experiment, Variant variant,
                          Seeds seeds) {
    Arena *arena = arena_new();
    CurveRow *mean = arena_alloc(arena, (size_t)experiment->epochs * sizeof(CurveRow));
    for (int i = 0; i < experiment->epochs; i++)
        mean[i] = (CurveRow){.variant = variant_key(variant), .epoch = i + 1};
    int count = experiment->epochs;
    for (int i = 0; i < seeds.count; i++) {
        const char *run = experiment_path(arena, experiment, variant, seeds.first + (uint64_t)i);
        int epochs = add_run(trainer_path(arena, run, trainer_log_file), experiment->epochs,
                             1.0 / seeds.count, mean);
        count = min_int(count, epochs);
    }
    csv_write_rows(&table, stream, mean, count);
    fputs("\n\n", stream); /* a block of its own for gnuplot */
    arena_free(arena);
}

static void write_curves(const char *path, const Experiment *experiment, Seeds seeds) {
    OutputFile *file = output_open(path);
    fprintf(output_stream(file), "# mean over %d seeds\n# ", seeds.count);
    csv_write_header(&table, output_stream(file));
    for (int i = 0; i < VARIANTS; i++)
        write_variant(output_stream(file), experiment, variant_at(i), seeds);
    output_commit(file);
}

/* In every panel: training and test loss, with batch norm (solid) and without (dashed). */
static void write_panel(FILE *script, int regularizer) {
    enum { TRAIN_LOSS = 3, TEST_LOSS = 5 }; /* columns of curves.csv */
    gnuplot_set(script, "title", regularizers[regularizer].name);
    for (int i = 0; i < 4; i++)
        fprintf(script, "%s curves index %d using 2:%d with lines linestyle %d",
                i == 0 ? "plot" : ",", regularizer + (i < 2 ? 0 : REGULARIZERS),
                i % 2 == 0 ? TRAIN_LOSS : TEST_LOSS, i + 1);
    fputs("\n", script);
}

void report_curves(const Experiment *experiment, Seeds seeds) {
    char curves[PICTURE_PATH];
    picture_path(curves, experiment->out, curves_file);
    write_curves(curves, experiment, seeds);
    FILE *script = gnuplot_script(COLUMNS * PANEL_WIDTH, ROWS * PANEL_HEIGHT, "Sans,11");
    gnuplot_assign(script, "curves", curves);
    fprintf(script,
            "set datafile separator ','\n"
            "set multiplot layout %d,%d title 'Loss by epoch, training (blue) and test (orange); "
            "dashed: without batch norm' font 'Sans,13'\n"
            "set grid linetype 1 linecolor rgb '#dddddd'\nset border 3\nset tics nomirror\n"
            "set xrange [0:%d]\nset yrange [0:1.5]\nset ytics 0.5\n"
            "set style line 1 linecolor rgb '#0072b2' linewidth 2\n"
            "set style line 2 linecolor rgb '#d55e00' linewidth 2\n"
            "set style line 3 linecolor rgb '#0072b2' linewidth 2 dashtype 2\n"
            "set style line 4 linecolor rgb '#d55e00' linewidth 2 dashtype 2\n"
            "unset key\n",
            ROWS, COLUMNS, experiment->epochs);
    for (int i = 0; i < REGULARIZERS; i++)
        write_panel(script, i);
    fputs("unset multiplot\n", script);
    printf("\ncurves: %s\n", curves);
    gnuplot_draw(script, experiment->out, picture_file);
}
