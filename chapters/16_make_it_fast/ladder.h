/* A convolution layer, the rungs that compute it, and how fast each is on one core. */
#ifndef LADDER_H
#define LADDER_H

#include "base/memory.h"

#include <stdint.h>

/* The textbook loops, the five rungs of pieces/fast.h, and the library. */
enum { RUNGS = 7, FIRST_RUNG = 1, LIBRARY = 6 };

/* A rung's name, and the images that it takes each weight for once it has been loaded. */
typedef struct Rung {
    const char *name;
    int uses;
} Rung;
extern const Rung ladder_rungs[RUNGS];

/* The layer: 3 x 3, strides 1, maps of LADDER_SIZE x LADDER_SIZE with a zero all around, as many
 * filters as channels. */
enum { LADDER_SIZE = 14, LADDER_KERNEL = 3 };

typedef struct LadderOptions {
    int channels, images, repeats;
    uint64_t seed;
} LadderOptions;

/* Medians, of one core. */
typedef struct Ladder {
    LadderOptions options;
    double peak;         /* GFLOP/s of multiply-adds in registers */
    double read;         /* GB/s from an array as large as the weights */
    double speed[RUNGS]; /* GFLOP/s */
} Ladder;

/* Checks every rung against the textbook loops; then measures in turns, `repeats` rounds, so that
 * what disturbs the machine for a while disturbs all rungs alike. */
Ladder ladder_climb(LadderOptions options);

/* GFLOP/s that reading the weights allows the rung: each serves `uses` multiply-adds. */
double ladder_memory_roof(const Ladder *ladder, int rung);

#endif
