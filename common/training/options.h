/* The command line of a training: what every program that trains takes. */
#ifndef TRAINING_OPTIONS_H
#define TRAINING_OPTIONS_H

#include "base/options.h"
#include "training/trainer.h"

typedef struct TrainingOptions {
    TrainerOptions trainer; /* all but the model */
    const char *data;       /* directory; NULL: the usual places */
    int limit, limit_test;  /* how many of the first images; 0: all */
    bool plot;              /* only draw the curves again */
} TrainingOptions;

/* --seed and --threads are among them. */
extern const Option training_rows[];

/* The options before the line is read: a recipe of the program's own, and its directory if it has
 * one; NULL: the quick recipe. */
TrainingOptions training_options(const TrainerOptions *recipe);

/* Loads both sets as the options say; free them with dataset_free(). */
void training_options_load(const TrainingOptions *options, Dataset *training, Dataset *test);

#endif
