#include "results.h"

#include "base/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const CsvColumn columns[] = {
    {"variant", CSV_TEXT, offsetof(Result, variant), 0},
    {"seed", CSV_UINT64, offsetof(Result, seed), 0},
    {"images", CSV_INT, offsetof(Result, images), 0},
    {"test_images", CSV_INT, offsetof(Result, test_images), 0},
    {"epochs", CSV_INT, offsetof(Result, epochs), 0},
    {"learning_rate", CSV_DIGITS, offsetof(Result, learning_rate), 6},
    {"kept_epoch", CSV_INT, offsetof(Result, kept_epoch), 0},
    {"train_loss", CSV_DECIMALS, offsetof(Result, train.loss), 6},
    {"train_accuracy", CSV_DECIMALS, offsetof(Result, train.accuracy), 6},
    {"test_loss", CSV_DECIMALS, offsetof(Result, test.loss), 6},
    {"test_accuracy", CSV_DECIMALS, offsetof(Result, test.accuracy), 6},
    {"zero_weights", CSV_DECIMALS, offsetof(Result, zeros), 6},
};

static const CsvTable table = {.what = "this program's results",
                               .missing = "move the file away",
                               .row_bytes = sizeof(Result),
                               .num_columns = sizeof columns / sizeof columns[0],
                               .columns = columns};

Results results_read(const char *path) {
    Results results = {.arena = arena_new()};
    if (access(path, F_OK) == 0)
        results.rows = csv_read(&table, path, results.arena, &results.count);
    return results;
}

void results_add(Results *results, const char *path, Result result) {
    results->rows = memory_grow(results->rows, results->count, sizeof(Result));
    results->rows[results->count++] = result;
    csv_write(&table, path, results->rows, results->count);
}

const Result *results_find(const Results *results, const Result *like) {
    for (int i = 0; i < results->count; i++) {
        const Result *row = &results->rows[i];
        if (strcmp(row->variant, like->variant) == 0 && row->seed == like->seed &&
            row->images == like->images && row->test_images == like->test_images &&
            row->epochs == like->epochs &&
            fabs(row->learning_rate - like->learning_rate) <= 1e-5 * like->learning_rate)
            return row;
    }
    return NULL;
}

void results_free(Results *results) {
    arena_free(results->arena);
    free(results->rows);
    *results = (Results){0};
}
