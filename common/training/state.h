/* The state of a training at one moment, in one file: training.safetensors. The file has all that
 * goes on from there needs: the network, the optimiser's velocity, the best network on the
 * validation set, and, among the metadata, the logs and the place within the epoch. Random numbers
 * depend on the seed, the epoch and the step alone. A file appears whole or not at all, so at no
 * moment is there none to go on from; what else a training leaves can be written again from it. */
#ifndef TRAINING_STATE_H
#define TRAINING_STATE_H

#include "training/checkpoint.h"
#include "training/hardness.h"
#include "training/log.h"
#include "training/validation.h"

typedef struct TrainingState {
    CheckpointInfo info; /* info.epoch epochs are complete */
    int step;            /* the number of steps done in the epoch after them ... */
    int steps;           /* ... which has so many */
    double loss, right;  /* sums over these steps: of the loss, and of the right answers */
    double seconds;      /* that the training took so far */
    TrainingLog log;     /* of the complete epochs */
    Params *average;     /* of the weights; NULL: none */
    Hardness hardness;   /* without losses: no image is left out */
} TrainingState;

void state_write(const char *path, const TrainingState *state, Params *params,
                 const Validation *validation);

/* The path of the state that belongs to a file of a training: the file itself, or the
 * training.safetensors beside it. Ends the program if the file cannot be read. */
const char *state_path(Arena *arena, const char *file);

/* Reads the info alone: what is to be known before the network is recorded. Ends the program unless
 * the model, the images' size and the seed are those of `info`, and no more than `epochs` epochs
 * are complete. */
void state_read_info(const char *path, CheckpointInfo *info, int epochs);

/* Reads the rest; state->steps is the number of steps of an epoch now. Without validation
 * (validation->batches NULL) that of the file is left out. Ends the program, before the parameters
 * change, if the file does not fit. */
void state_read(const char *path, TrainingState *state, Params *params, Validation *validation);

#endif
