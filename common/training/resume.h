/* Resuming a training from its checkpoint, and from the optimiser's file and the logs beside it. */
#ifndef TRAINING_RESUME_H
#define TRAINING_RESUME_H

#include "training/checkpoint.h"
#include "training/log.h"

/* Copies mean, deviation and epoch of the checkpoint into info. Ends the program unless the
 * checkpoint fits info and has had fewer epochs than that. */
void resume_info(CheckpointInfo *info, const char *checkpoint, int epochs);

/* Reads values and velocity after `epoch` epochs into params; returns the log of these epochs,
 * empty if there is no file. */
TrainingLog resume_values(const char *checkpoint, Params *params, int epoch);

/* Copies the best network so far, that of best_epoch, from beside the checkpoint into the directory
 * out, and overwrites params. Ends the program if the file has another epoch's network. */
void resume_best(const char *checkpoint, int best_epoch, const char *out, Params *params);

/* The path, from the arena, of a file in the directory of `path`. */
const char *resume_beside(Arena *arena, const char *path, const char *file);

#endif
