/* What the finished trainings say together: the tables, the mean curves and their picture. */
#ifndef CHAPTER_12_REPORT_H
#define CHAPTER_12_REPORT_H

#include "experiment.h"

/* The seeds first, first + 1, ..., first + count - 1. */
typedef struct Seeds {
    uint64_t first;
    int count;
} Seeds;

/* Train and test accuracy of every variant, mean and standard deviation over the seeds. */
void report_table(const Experiment *experiment, const Results *results, Seeds seeds);

/* Test accuracy with batch norm and dropout, with either, with neither. */
void report_dropout(const Experiment *experiment, const Results *results, Seeds seeds);

/* curves.csv (means over the seeds of each run's log.csv) and regularization.png beside it. */
void report_curves(const Experiment *experiment, Seeds seeds);

#endif
