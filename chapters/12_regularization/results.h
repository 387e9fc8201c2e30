/* results.csv: one row for each finished training. */
#ifndef CHAPTER_12_RESULTS_H
#define CHAPTER_12_RESULTS_H

#include "base/memory.h"
#include "pieces/training.h"

#include <stdint.h>

typedef struct Result {
    const char *variant; /* its key */
    uint64_t seed;
    int images, test_images, epochs; /* that the training was given, and tested on */
    double learning_rate;
    int kept_epoch; /* whose network was measured */
    Evaluation train, test;
    double zeros; /* the fraction of the kernels' weights that are 0 */
} Result;

typedef struct Results {
    Arena *arena; /* of texts */
    Result *rows;
    int count;
} Results;

/* The rows of a file; none if there is no file. Ends the program if it is no such file. */
Results results_read(const char *path);

/* Adds a row and writes the file anew. */
void results_add(Results *results, const char *path, Result result);

/* The row of a training like this one, what it led to aside; NULL if there is none. */
const Result *results_find(const Results *results, const Result *like);

void results_free(Results *results);

#endif
