#include "report.h"

#include "show/table.h"

#include <math.h>
#include <stdio.h>

enum { CELL = 32 };

/* Sums over seeds of one column. */
typedef struct Statistic {
    int count;
    double sum, squares;
} Statistic;

static void count_in(Statistic *statistic, double value) {
    statistic->count++;
    statistic->sum += value;
    statistic->squares += value * value;
}

static double mean(const Statistic *statistic) {
    return statistic->sum / statistic->count;
}

/* "84.21 ± 0.35": the mean and, from two values on, the sample's standard deviation. */
static const char *mean_text(const Statistic *statistic, int decimals, char text[CELL]) {
    if (statistic->count == 0)
        snprintf(text, CELL, "-");
    else if (statistic->count == 1)
        snprintf(text, CELL, "%.*f", decimals, mean(statistic));
    else {
        double variance =
            (statistic->squares - statistic->sum * mean(statistic)) / (statistic->count - 1);
        snprintf(text, CELL, "%.*f ± %.*f", decimals, mean(statistic), decimals,
                 sqrt(fmax(variance, 0)));
    }
    return text;
}

typedef struct Summary {
    Statistic train, test, gap, test_loss, zeros; /* all but the loss in per cent */
} Summary;

static Summary summarise(const Experiment *experiment, const Results *results, Variant variant,
                         Seeds seeds) {
    Summary summary = {0};
    for (int i = 0; i < seeds.count; i++) {
        Result like = experiment_row(experiment, variant, seeds.first + (uint64_t)i);
        const Result *result = results_find(results, &like);
        if (!result)
            continue;
        count_in(&summary.train, 100 * result->train.accuracy);
        count_in(&summary.test, 100 * result->test.accuracy);
        count_in(&summary.gap, 100 * (result->train.accuracy - result->test.accuracy));
        count_in(&summary.test_loss, result->test.loss);
        count_in(&summary.zeros, 100 * result->zeros);
    }
    return summary;
}

void report_table(const Experiment *experiment, const Results *results, Seeds seeds) {
    Table *table = table_new("batch norm | regulariser | train accuracy % | test accuracy % | "
                             "gap | test loss | zero weights %");
    for (int i = 0; i < VARIANTS; i++) {
        Variant variant = variant_at(i);
        Summary summary = summarise(experiment, results, variant, seeds);
        char train[CELL], test[CELL], gap[CELL], loss[CELL], zeros[CELL];
        if (i == REGULARIZERS)
            table_rule(table);
        table_row(table, "%s | %s | %s | %s | %s | %s | %s", variant.batch_norm ? "yes" : "no",
                  regularizers[variant.regularizer].name, mean_text(&summary.train, 2, train),
                  mean_text(&summary.test, 2, test), mean_text(&summary.gap, 2, gap),
                  mean_text(&summary.test_loss, 3, loss), mean_text(&summary.zeros, 1, zeros));
    }
    printf("\n%d training images, %d epochs, %d seed%s; mean ± standard deviation over the seeds, "
           "measured\nas at inference on the images trained on and on %d test images:\n",
           experiment->training->count, experiment->epochs, seeds.count,
           seeds.count == 1 ? "" : "s", experiment->test->count);
    table_print(table);
}

void report_dropout(const Experiment *experiment, const Results *results, Seeds seeds) {
    Table *table = table_new("dropout | without batch norm | with batch norm");
    for (int i = 0; i < REGULARIZERS; i++) {
        if (i > 0 && regularizers[i].dropout == 0)
            continue;
        Summary without = summarise(experiment, results, (Variant){i, false}, seeds);
        Summary with = summarise(experiment, results, (Variant){i, true}, seeds);
        char first[CELL], second[CELL];
        table_row(table, "%g | %s | %s", (double)regularizers[i].dropout,
                  mean_text(&without.test, 2, first), mean_text(&with.test, 2, second));
    }
    printf("\nDropout and batch norm, test accuracy %%:\n");
    table_print(table);
}
