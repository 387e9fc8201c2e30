/* What every one of the five convolutions of pieces/fast.h is tried on. */
#ifndef EXERCISES_FAST_CONVOLUTIONS_H
#define EXERCISES_FAST_CONVOLUTIONS_H

#include "pieces/fast.h"

/* Adds the tests of an exercise: one by hand, the others against convolution_outputs() of
 * convolutions.h. Numbers of filters are counted in vectors of this build. */
void add_fast_tests(FastConv2D *function);

#endif
