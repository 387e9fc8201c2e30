/* A multi-layer perceptron, no images: one number in, one out. It learns a sine of several periods,
 * with and without shortcuts, at several depths. */
#ifndef CHAPTER_13_SINE_H
#define CHAPTER_13_SINE_H

#include <stdint.h>

typedef struct SineOptions {
    uint64_t seed;       /* of the first training of each network */
    int runs;            /* trainings of each, with the next seeds */
    float learning_rate; /* the peak of one cycle */
    const char *out;     /* for the picture */
} SineOptions;

/* Trains all, prints a table of their last losses and draws what the deepest have learnt. Ends the
 * program if a loss is no longer finite. */
void sine_show(const SineOptions *options);

#endif
