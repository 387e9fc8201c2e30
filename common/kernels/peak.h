/* What the multiply-add units can do at most. */
#ifndef KERNELS_PEAK_H
#define KERNELS_PEAK_H

#include "base/measure.h"

/* fp32 GFLOP/s of so many threads that do nothing but multiply-adds in registers; a multiply-add is
 * two operations. */
double peak_measure(Effort effort, int threads);

/* The same of one thread that adds to `count` vectors in turns: 1, 2, 4 or 8. Each addition
 * waits for the last one to the same vector, so few vectors leave the units idle. */
double peak_of_sums(Effort effort, int count);

#endif
