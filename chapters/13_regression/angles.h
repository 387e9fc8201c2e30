/* Learning angles: passes of a network over turned images (rotate.h), and the errors of its
 * answers. The network's labels are targets (N, 2), the cosine and the sine of each angle; its
 * logits are predictions of these. */
#ifndef ANGLES_H
#define ANGLES_H

#include "pieces/training.h"
#include "rotate.h"
#include "training/threads.h"

enum { ANGLE_OUTPUTS = 2 };

/* A network's predictions for images, in the images' order, and the targets: (count, 2) each. */
typedef struct AngleAnswers {
    float *predictions, *targets;
    int count;
} AngleAnswers;

AngleAnswers angle_answers_new(int most);
void angle_answers_free(AngleAnswers *answers);

/* One pass over all images, to learn or to test. */
typedef struct AnglePass {
    const Network *network;
    const Dataset *images;
    const DatasetStatistics *statistics; /* of the training images, also in a test */
    const int *order;                    /* the images' numbers; NULL: 0, 1, 2, ... */
    uint64_t seed;                       /* of the angles */
    Optimizer *optimizer;                /* NULL: a test */
    Schedule schedule;
    int first_step, total_steps; /* of the schedule */
    Threads *threads;            /* looked at after each step; NULL: their number stays */
} AnglePass;

/* Runs the network over the images: to learn, in whole batches; to test, over every image. Writes
 * answers, which must have room for all images; learning's are from before each update. Ends the
 * program if the loss is no longer finite. */
void angle_pass(const AnglePass *pass, AngleAnswers *answers);

/* The error of answer number `number` in degrees. */
double angle_error(const AngleAnswers *answers, int number);

typedef struct AngleScore {
    double loss;         /* the mean squared error */
    double median, mean; /* of the angles' errors, in degrees */
    double over_90;      /* the fraction of errors greater than a right angle */
} AngleScore;
AngleScore angle_score(const AngleAnswers *answers);

#endif
