/* The curves of a training log, through gnuplot. */
#ifndef SHOW_CURVES_H
#define SHOW_CURVES_H

#include <stdbool.h>

/* Whether gnuplot can be run. */
bool curves_can_draw(void);

/* Draws loss and accuracy, training and test, over the epochs of a log.csv into a PNG. Ends the
 * program if gnuplot is missing or fails. */
void curves_draw(const char *log_path, const char *picture_path);

#endif
