#include "training/log.h"

#include "base/csv.h"

#include <stdlib.h>

static const CsvColumn columns[] = {
    {"epoch", CSV_INT, offsetof(LogRow, epoch), 0},
    {"step", CSV_INT, offsetof(LogRow, step), 0},
    {"seconds", CSV_DECIMALS, offsetof(LogRow, seconds), 3},
    {"learning_rate", CSV_DIGITS, offsetof(LogRow, learning_rate), 6},
    {"train_loss", CSV_DECIMALS, offsetof(LogRow, train_loss), 6},
    {"train_accuracy", CSV_DECIMALS, offsetof(LogRow, train_accuracy), 6},
    {"test_loss", CSV_DECIMALS, offsetof(LogRow, test_loss), 6},
    {"test_accuracy", CSV_DECIMALS, offsetof(LogRow, test_accuracy), 6},
};

static const CsvTable table = {.what = "a training log",
                               .missing = "train first, or name the directory of a training",
                               .row_bytes = sizeof(LogRow),
                               .num_columns = sizeof columns / sizeof columns[0],
                               .columns = columns};

void log_add(TrainingLog *log, LogRow row) {
    log->rows = memory_grow(log->rows, log->count, sizeof(LogRow));
    log->result = log->count;
    log->rows[log->count++] = row;
}

void log_choose(TrainingLog *log, int epoch) {
    for (int i = 0; i < log->count; i++)
        if (log->rows[i].epoch == epoch)
            log->result = i;
}

void log_write(const TrainingLog *log, const char *path) {
    csv_write(&table, path, log->rows, log->count);
}

TrainingLog log_read(const char *path, int last_epoch) {
    int count;
    LogRow *rows = csv_read(&table, path, NULL, &count);
    TrainingLog log = {0};
    for (int i = 0; i < count; i++)
        if (rows[i].epoch <= last_epoch)
            log_add(&log, rows[i]);
    free(rows);
    return log;
}

const char *log_text(const TrainingLog *log, Arena *arena) {
    return csv_text(&table, arena, log->rows, log->count);
}

TrainingLog log_parse(const char *path, const char *text) {
    TrainingLog log = {0};
    log.rows = csv_parse(&table, path, text, &log.count);
    log.result = log.count - 1;
    return log;
}

void log_free(TrainingLog *log) {
    free(log->rows);
    *log = (TrainingLog){0};
}
