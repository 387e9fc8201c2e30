/* The curves of a training log, through gnuplot. */
#ifndef TRAINING_CURVES_H
#define TRAINING_CURVES_H

#include <stdbool.h>

/* Draws loss and accuracy, training and test, over the epochs of a log.csv into a PNG. If gnuplot
 * is missing or fails, says so on standard error and returns false. */
bool curves_draw(const char *log_path, const char *picture_path);

#endif
