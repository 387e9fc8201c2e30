#include "training/error_chart.h"

#include "base/error.h"
#include "base/memory.h"
#include "show/chart.h"
#include "show/table.h"
#include "training/log.h"

#include <limits.h>

/* Two lines of the chart, and a row of the table. */
static void add_training(const ErrorChartTraining *of, int number, ChartLine lines[2], Table *table,
                         Arena *arena) {
    TrainingLog log = log_read(of->log, INT_MAX);
    require(log.count > 0, "%s: has no epoch yet; train first", of->log);
    double *training = arena_alloc(arena, (size_t)log.count * sizeof(double));
    double *test = arena_alloc(arena, (size_t)log.count * sizeof(double));
    for (int i = 0; i < log.count; i++) {
        training[i] = 100 * (1 - log.rows[i].train_accuracy);
        test[i] = 100 * (1 - log.rows[i].test_accuracy);
    }
    lines[0] = (ChartLine){NULL, training, log.count, number, true};
    lines[1] = (ChartLine){of->name, test, log.count, number, false};
    table_row(table, "%s | %d | %.2f %% | %.2f %%", of->name, log.count, training[log.count - 1],
              test[log.count - 1]);
    log_free(&log);
}

void error_chart_show(const ErrorChartTraining *trainings, int count, const char *directory,
                      const char *name) {
    Arena *arena = arena_new();
    ChartLine *lines = arena_alloc(arena, 2 * (size_t)count * sizeof(ChartLine));
    Table *table = table_new("network | epochs | training error | test error");
    for (int i = 0; i < count; i++)
        add_training(&trainings[i], i, lines + 2 * (size_t)i, table, arena);
    table_print(table);
    chart_draw(&(Chart){lines, 2 * count, "Training error (dashed) and test error", "epoch",
                        "error in %", true},
               directory, name);
    arena_free(arena);
}
