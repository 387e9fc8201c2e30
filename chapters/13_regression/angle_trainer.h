/* Trains a network to tell by which angle an image is turned: a regression with two outputs and the
 * mean squared error, in the same training steps as a classifier's. */
#ifndef ANGLE_TRAINER_H
#define ANGLE_TRAINER_H

#include "angles.h"
#include "training/network.h"

typedef struct AngleTraining {
    const char *name;     /* for the progress lines */
    RecordLayers *record; /* images to (N, 2) */
    const void *model;
    uint64_t seed;
    int epochs;
    int batch;           /* at most the number of training images */
    float learning_rate; /* the peak of one cycle */
} AngleTraining;

/* A Network whose labels are targets (N, 2) and whose loss is the mean squared error; train_step()
 * trains it unchanged. Images are (N, size, size, 1). */
Network angle_network(const AngleTraining *options, Params *params, int size, bool is_training);

typedef struct AngleRun {
    size_t parameters;
    AngleScore *training, *test; /* of each epoch */
    AngleAnswers answers;        /* to the test, after the last epoch */
} AngleRun;

/* Trains by one cycle; prints a line for each epoch. Angles are new in each epoch; the test's
 * angles are the same for every training (angle_test_seed()). */
AngleRun angle_train(const AngleTraining *options, const Dataset *training, const Dataset *test);
void angle_run_free(AngleRun *run);

uint64_t angle_test_seed(void);

#endif
