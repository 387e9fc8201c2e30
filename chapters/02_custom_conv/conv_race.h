/* The textbook loops of a convolution against the vectorised kernels: speed and agreement. */
#ifndef CONV_RACE_H
#define CONV_RACE_H

#include "kernels/shapes.h"
#include "show/table.h"
#include <stdint.h>

/* The headings of the table that conv_race() adds rows to. */
extern const char conv_race_headings[];

/* Runs loops and kernels on random values of this shape (channels_last), the kernels on one thread
 * and on all, and adds a row for each of the three passes. A GFLOP is 10^9 multiplications and
 * additions, also on padding; the difference is relative to the largest value. */
void conv_race(const Conv2DShape *shape, uint64_t seed, Table *table);

#endif
