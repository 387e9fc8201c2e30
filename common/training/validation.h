/* A validation set: training images that are kept apart, so that decisions about the training need
 * not look at the test set; and the decision itself, early stopping. validation.csv has the loss
 * and the accuracy of each epoch, best.safetensors the network of the last epoch that improved. */
#ifndef TRAINING_VALIDATION_H
#define TRAINING_VALIDATION_H

#include "graph/params.h"
#include "pieces/training.h"

/* The numbers 0 to count - 1 in an order that depends on the seed alone: the first `validation` of
 * them are the validation set, the rest is for training. */
void validation_split(int count, uint64_t seed, int *numbers);

typedef struct ValidationEpoch {
    int epoch; /* counted from 1 */
    double loss, accuracy;
} ValidationEpoch;

typedef struct Validation {
    int *numbers; /* of the images: the validation set's, then the others */
    BatchSource *batches;
    EarlyStopping stopping;  /* patience 0: the training never stops early */
    bool stopped;            /* patience is at its end */
    ValidationEpoch *epochs; /* so far ... */
    int count;               /* ... and their number */
    Params *best;            /* the values of the best network so far; NULL: none yet */
} Validation;

/* Keeps `count` of the data set's images apart; with `batches` as they are for the validation set,
 * which become those for the others. */
Validation validation_new(const Dataset *dataset, BatchOptions *batches, int count,
                          EarlyStopping stopping);

/* One more epoch; says whether its network is to be kept as the best. */
bool validation_add(Validation *validation, Evaluation epoch);

/* Keeps a copy of the values of params as the best network's. */
void validation_keep(Validation *validation, Params *params);

void validation_write(const Validation *validation, const char *path);

/* The text of such a file, from the arena. */
const char *validation_text(const Validation *validation, Arena *arena);

/* Adds the epochs of such a text, which stands in the file path: the state is then what it was
 * after the last of them. */
void validation_parse(Validation *validation, const char *path, const char *text);

void validation_free(Validation *validation);

#endif
