/* What a training is made of: for trainer.c alone, which goes through the epochs. */
#ifndef TRAINING_TRAINER_SETUP_H
#define TRAINING_TRAINER_SETUP_H

#include "training/optimizer.h"
#include "training/progress.h"
#include "training/share.h"
#include "training/state.h"
#include "training/threads.h"
#include "training/trainer_options.h"

typedef struct Trainer {
    const TrainerOptions *options;
    BatchShare share; /* of this process */
    Groups groups;    /* the same */
    Arena *arena;     /* of paths */
    Params *params;
    Network network, evaluation; /* for training, and for evaluation */
    BatchSource *batches, *test_batches;
    Validation validation;
    Optimizer *optimizer;
    float *images, *labels, *logits; /* of a batch */
    double *losses; /* of a batch's images, of all processes; and room for others' */
    TrainingState state;
    Progress progress;
    Threads threads;
    int lock;            /* of the directory */
    double started;      /* the training, if it had run without a break */
    double saved;        /* the state, the last time */
    bool is_interrupted; /* some process is asked to end */
    int steps;           /* that this program has run, */
    double step_seconds; /* in train_step() */
} Trainer;

/* The process that reports and writes; all have the same network. */
bool trainer_is_first(const TrainerOptions *options);

/* The options, with validation and batch fitted to the number of images. Ends the program where
 * they contradict each other. */
TrainerOptions trainer_fit_options(const TrainerOptions *options, const Dataset *training);

/* Makes all parts for a training from its first step on; options are fitted, and stay in place. */
void trainer_set_up(Trainer *trainer, const Dataset *training, const Dataset *test,
                    const TrainerOptions *options);

void trainer_tear_down(Trainer *trainer);

#endif
