/* The errors of several trainings, side by side. */
#ifndef TRAINING_ERROR_CHART_H
#define TRAINING_ERROR_CHART_H

typedef struct ErrorChartTraining {
    const char *name; /* of the training, in table and picture */
    const char *log;  /* the path of its log.csv */
} ErrorChartTraining;

/* Prints a table of the last epoch's training and test errors, 100 % minus the accuracies, and
 * draws all epochs' into directory/name: training dashed, test solid, on a logarithmic axis. Ends
 * the program if a log cannot be read or has no epoch. */
void error_chart_show(const ErrorChartTraining *trainings, int count, const char *directory,
                      const char *name);

#endif
