/* Going on with a training that was broken off or is to last longer: from its checkpoint, the
 * optimiser's file and the logs beside it. */
#ifndef TRAINING_RESUME_H
#define TRAINING_RESUME_H

#include "training/checkpoint.h"
#include "training/trainer.h"

/* Takes over how the images were normalised and how far the training had come. Ends the program
 * unless the checkpoint options->resume fits the options and info. */
void resume_info(CheckpointInfo *info, const TrainerOptions *options);

/* Reads values and velocity after `epoch` epochs into params; returns the log up to there, empty if
 * there is none. */
TrainingLog resume_values(const char *checkpoint, Params *params, int epoch);

/* Takes the best network so far, which is that of best_epoch, along into the directory out. Uses
 * params. Ends the program if the file beside the checkpoint has another epoch's. */
void resume_best(const char *checkpoint, int best_epoch, const char *out, Params *params);

/* The path of a file beside another one, from the arena. */
const char *resume_beside(Arena *arena, const char *path, const char *file);

#endif
