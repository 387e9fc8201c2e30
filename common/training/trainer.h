/* The training loop: epochs of training steps, each followed by an evaluation, a row in log.csv,
 * the network (model.safetensors), curves.png, and all that goes on from there needs
 * (training.safetensors, see training/state.h).
 *
 * The same options and data give the same files, except for the seconds in the log, on any number
 * of threads; so does a training that was stopped on the way, between any two steps, and resumed.
 *
 * A validation set is a part of the training images that is kept apart and measured after each
 * epoch; its files: training/validation.h. */
#ifndef TRAINING_TRAINER_H
#define TRAINING_TRAINER_H

#include "training/files.h"
#include "training/log.h"
#include "training/trainer_options.h"

/* Trains and reports on standard output. Returns the log; its result is the last row or, with early
 * stopping, the best network's row. Ends the program if the loss is no longer finite, or if the
 * checkpoint to resume does not fit. */
TrainingLog trainer_run(const Dataset *training, const Dataset *test,
                        const TrainerOptions *options);

#endif
