/* Time to accuracy: the epochs that the recipes' kept logs show, times the images of an epoch, by
 * the images a second of the races. One recipe on both sides: PyTorch is given our epochs. */
#include "sections.h"

#include "base/error.h"
#include "base/memory.h"
#include "show/gnuplot.h"
#include "show/table.h"
#include "training/log.h"
#include "training/recipes.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

/* What the recipes train, as the races name it. */
static const char model[] = "ResNet-20", shape[] = "28x28 batch 128";
enum { BATCH = 128 };

static const double accuracies[] = {0.925, 0.94, 0.95};

typedef struct Speeds {
    double ours, pytorch; /* images a second; PyTorch's 0 if it is missing */
} Speeds;

typedef struct Reached {
    const char *recipe; /* NULL: none reaches it */
    int epochs;
    double images;
} Reached;

static bool begins(const char *text, const char *with) {
    return text && strncmp(text, with, strlen(with)) == 0;
}

/* Ours: channels_last on all threads, which comes before the run on one; PyTorch's: its best. */
static Speeds find_speeds(const Report *report) {
    Speeds speeds = {0};
    const Measurement *row = NULL;
    while ((row = report_next(report, row, "train", model, shape))) {
        if (begins(row->pass, "channels_last") && speeds.ours == 0)
            speeds.ours = row->value;
        if (begins(row->pass, "PyTorch") && row->value > speeds.pytorch)
            speeds.pytorch = row->value;
    }
    require(speeds.ours > 0,
            "the benchmark's table has no training of %s at %s; run make bench, whole", model,
            shape);
    return speeds;
}

/* In the fewest epochs that a recipe's log shows. */
static Reached reach(double accuracy, Arena *arena, const char *directory) {
    Reached best = {0};
    for (int i = 0; recipe_names[i]; i++) {
        TrainingLog log =
            log_read(arena_printf(arena, "%s/%s.csv", directory, recipe_names[i]), INT_MAX);
        int at = 0;
        while (at < log.count && log.rows[at].test_accuracy < accuracy)
            at++;
        if (at < log.count && (!best.recipe || log.rows[at].epoch < best.epochs))
            best =
                (Reached){recipe_names[i], log.rows[at].epoch, (double)log.rows[at].step * BATCH};
        log_free(&log);
    }
    return best;
}

static void report_reached(const Bench *bench, double accuracy, Reached reached, Speeds speeds) {
    char percent[16];
    snprintf(percent, sizeof percent, "%.1f %%", 100 * accuracy);
    bool both = speeds.pytorch > 0;
    Measurement row = {.group = "accuracy", .name = reached.recipe, .shape = percent, .unit = "s"};
    row.pass = "PyTorch";
    row.value = both ? reached.images / speeds.pytorch : 0;
    if (both)
        report_add(bench->report, row);
    row.pass = "ours";
    row.value = reached.images / speeds.ours;
    row.ratio = both ? speeds.ours / speeds.pytorch : 0;
    row.ratio_to = both ? "PyTorch" : NULL;
    report_add(bench->report, row);
}

static void add_row(const Bench *bench, Table *table, double accuracy, Reached reached,
                    Speeds speeds) {
    if (!reached.recipe) {
        table_row(table, "%.1f | none | | | |", 100 * accuracy);
        return;
    }
    char theirs[32] = "missing", ratio[32] = "";
    if (speeds.pytorch > 0) {
        snprintf(theirs, sizeof theirs, "%.0f", reached.images / speeds.pytorch);
        snprintf(ratio, sizeof ratio, "%.2f", speeds.ours / speeds.pytorch);
    }
    table_row(table, "%.1f | %s | %d | %.0f | %s | %s", 100 * accuracy, reached.recipe,
              reached.epochs, reached.images / speeds.ours, theirs, ratio);
    report_reached(bench, accuracy, reached, speeds);
}

/* A log's columns: 2 steps, 8 test accuracy. */
static const char script[] =
    "set datafile separator ','\n"
    "set logscale x\n"
    "set xlabel 'seconds of training steps, without evaluation and the preparation of batches'\n"
    "set rmargin 4\n"
    "set ylabel 'test accuracy, %'\n"
    "set yrange [85:95.6]\n"
    "set grid xtics linecolor rgb '#e5e5e5'\n"
    "set border 3\n"
    "set tics nomirror\n"
    "set ytics (85, 87.5, 90, 92.5, 94, 95)\n"
    "do for [percent in '92.5 94 95'] {\n"
    "    set arrow from graph 0, first percent + 0 to graph 1, first percent + 0 nohead \\\n"
    "        dashtype 2 linecolor rgb '#999999'\n"
    "}\n"
    "set key bottom right\n"
    "file(i) = logs . '/' . word(recipes, i) . '.csv'\n"
    "count = words(recipes)\n"
    "plot for [i = 1:count] file(i) skip 1 using ($2 * batch / ours):(100 * $8) \\\n"
    "         with linespoints linewidth 2 pointtype 8 - i pointsize 0.8 \\\n"
    "         linecolor rgb '#0072b2' title word(recipes, i) . ', this library', \\\n"
    "     for [i = 1:pytorch > 0 ? count : 0] file(i) skip 1 \\\n"
    "         using ($2 * batch / pytorch):(100 * $8) \\\n"
    "         with linespoints linewidth 2 pointtype 6 - i pointsize 0.8 \\\n"
    "         linecolor rgb '#d55e00' title word(recipes, i) . \", at PyTorch's speed\"\n";

static void draw(const Bench *bench, Speeds speeds) {
    const Measurement *processor = report_next(bench->report, NULL, "machine", "processor", NULL);
    FILE *source = gnuplot_script(1100, 620, "sans,13");
    gnuplot_assign(source, "logs", bench->logs);
    gnuplot_assign(source, "machine", processor ? processor->shape : "");
    gnuplot_assign(source, "model", model);
    fprintf(source, "ours = %g\npytorch = %g\nbatch = %d\nthreads = %g\n", speeds.ours,
            speeds.pytorch, BATCH, processor ? processor->value : 0);
    fputs("recipes = '", source);
    for (int i = 0; recipe_names[i]; i++)
        fprintf(source, "%s ", recipe_names[i]);
    fputs("'\nset title sprintf('%s on Fashion-MNIST; %s, threads: %d', model, machine, threads)\n",
          source);
    fputs(script, source);
    gnuplot_draw(source, bench->out, "accuracy.png");
}

static const char explanation[] =
    "Epochs: of the recipe that needs the fewest, by its kept log. One recipe on both sides, so\n"
    "PyTorch is given the same epochs at its own speed; what it reaches by the quick recipe,\n"
    "tests/bench/pytorch_train.py shows. Training steps alone: evaluation and the preparation of\n"
    "batches are left out on both sides.\n";

void bench_accuracy(const Bench *bench) {
    Speeds speeds = find_speeds(bench->report);
    report_remove(bench->report, "accuracy");
    Arena *arena = arena_new();
    Table *table = table_new("test accuracy % | recipe | epochs | ours s | PyTorch s | ratio");
    for (size_t i = 0; i < sizeof accuracies / sizeof accuracies[0]; i++)
        add_row(bench, table, accuracies[i], reach(accuracies[i], arena, bench->logs), speeds);
    printf("\nTime to accuracy: %s at %.1f img/s, PyTorch at %.1f%s.\n%s", model, speeds.ours,
           speeds.pytorch, speeds.pytorch > 0 ? "" : " (missing)", explanation);
    table_print(table);
    draw(bench, speeds);
    arena_free(arena);
}
