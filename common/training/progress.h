/* Progress of a training: on a terminal a bar with images per second and the time left, drawn over
 * itself; elsewhere plain lines. Each epoch leaves one line, and so does the first step, whose loss
 * is the untrained network's. */
#ifndef TRAINING_PROGRESS_H
#define TRAINING_PROGRESS_H

#include "training/log.h"
#include <stdbool.h>
#include <stdio.h>

typedef struct Progress {
    FILE *stream;
    bool terminal;
    int epochs, steps; /* all epochs, and the steps in each */
    int batch;
    double started, epoch_started, shown; /* seconds of the clock */
    int steps_done;                       /* since it was started */
    int epoch, epoch_step;                /* that runs, counted from 1, and where it began */
    double images_per_second;             /* in this epoch, without the evaluation */
} Progress;

/* stream NULL: nothing is shown. */
Progress progress_start(FILE *stream, int epochs, int steps, int batch);

/* Epoch number `epoch` begins, or goes on after so many steps. */
void progress_epoch(Progress *progress, int epoch, int step);

/* `step` steps of the epoch are done, with this mean loss and accuracy so far. */
void progress_step(Progress *progress, int step, double loss, double accuracy);

/* The epoch's line. */
void progress_epoch_end(Progress *progress, const LogRow *row);

/* Ends the bar's line, so that other text can follow. */
void progress_break(const Progress *progress);

enum { DURATION_TEXT = 32 };

/* "4:05" or "1:02:33" into text, which is returned. */
const char *duration_text(double seconds, char text[DURATION_TEXT]);

#endif
