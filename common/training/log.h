/* The log of a training: log.csv, one row an epoch. */
#ifndef TRAINING_LOG_H
#define TRAINING_LOG_H

#include "base/memory.h"

typedef struct LogRow {
    int epoch;            /* counted from 1 */
    int step;             /* how many were done */
    double seconds;       /* since the training's begin, without the time between two parts */
    double learning_rate; /* of the last step */
    double train_loss;    /* mean over the epoch's batches, as trained: with label smoothing */
    double train_accuracy;
    double test_loss, test_accuracy;
} LogRow;

typedef struct TrainingLog {
    LogRow *rows;
    int count;
    int result; /* the row of the network that counts: the last, or the one early stopping keeps */
} TrainingLog;

/* Adds a row, which is the result from now on. */
void log_add(TrainingLog *log, LogRow row);

/* Makes this epoch's row the result, if there is one. */
void log_choose(TrainingLog *log, int epoch);

void log_write(const TrainingLog *log, const char *path);

/* The rows up to this epoch. Ends the program if the file is missing or is no such log. */
TrainingLog log_read(const char *path, int last_epoch);

/* The file's text, from the arena; and the log again from such a text, which stands in the file
 * path. */
const char *log_text(const TrainingLog *log, Arena *arena);
TrainingLog log_parse(const char *path, const char *text);

void log_free(TrainingLog *log);

#endif
