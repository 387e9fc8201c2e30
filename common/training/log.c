#include "training/log.h"

#include "base/error.h"
#include "base/output_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 512, COLUMNS = 8 };

static const char header[] =
    "epoch,step,seconds,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy";

void log_add(TrainingLog *log, LogRow row) {
    log->rows = realloc(log->rows, (size_t)(log->count + 1) * sizeof(LogRow));
    require(log->rows, "no memory for a log of %d epochs", log->count + 1);
    log->result = log->count;
    log->rows[log->count++] = row;
}

void log_choose(TrainingLog *log, int epoch) {
    for (int i = 0; i < log->count; i++)
        if (log->rows[i].epoch == epoch)
            log->result = i;
}

void log_write(const TrainingLog *log, const char *path) {
    OutputFile *file = output_open(path);
    FILE *stream = output_stream(file);
    fprintf(stream, "%s\n", header);
    for (int i = 0; i < log->count; i++) {
        const LogRow *row = &log->rows[i];
        fprintf(stream, "%d,%d,%.3f,%.6g,%.6f,%.6f,%.6f,%.6f\n", row->epoch, row->step,
                row->seconds, row->learning_rate, row->train_loss, row->train_accuracy,
                row->test_loss, row->test_accuracy);
    }
    output_commit(file);
}

static LogRow parse_row(const char *path, int number, const char *line) {
    LogRow row;
    int fields = sscanf(line, "%d,%d,%lf,%lf,%lf,%lf,%lf,%lf", &row.epoch, &row.step, &row.seconds,
                        &row.learning_rate, &row.train_loss, &row.train_accuracy, &row.test_loss,
                        &row.test_accuracy);
    require(fields == COLUMNS, "%s: line %d is not a row of a training log; move the file away",
            path, number);
    return row;
}

TrainingLog log_read(const char *path, int last_epoch) {
    FILE *stream = fopen(path, "r");
    require(stream, "%s: cannot read: %s; train first, or name the directory of a training", path,
            strerror(errno));
    TrainingLog log = {0};
    char line[LINE_BYTES];
    for (int number = 1; fgets(line, sizeof line, stream); number++) {
        line[strcspn(line, "\r\n")] = '\0';
        if (number == 1)
            require(strcmp(line, header) == 0,
                    "%s: does not begin with the header of a training log; move the file away",
                    path);
        else {
            LogRow row = parse_row(path, number, line);
            if (row.epoch <= last_epoch)
                log_add(&log, row);
        }
    }
    fclose(stream);
    return log;
}

void log_free(TrainingLog *log) {
    free(log->rows);
    *log = (TrainingLog){0};
}
