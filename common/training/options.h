/* The command line of a training: what every program that trains takes. */
#ifndef TRAINING_OPTIONS_H
#define TRAINING_OPTIONS_H

#include "base/options.h"
#include "training/trainer.h"

enum { TRAINING_OPTIONS = 40 }; /* at most */

typedef struct TrainingOptions {
    CommonOptions common;
    TrainerOptions trainer; /* all but the model */
    const char *data;       /* directory; NULL: the usual places */
    int limit, limit_test;  /* the first so many images; 0: all */
    bool plot;              /* only draw the curves again */
    /* The values as given, by option: they go over the recipe's, wherever on the line it stands. */
    const char *given[TRAINING_OPTIONS];
} TrainingOptions;

/* For a program's own parser (argp's children), which hands it a TrainingOptions in
 * ARGP_KEY_INIT. --seed and --threads are among its options. */
extern const struct argp training_options_argp;

/* For a program with a recipe of its own, after the line was read: these values, and its directory
 * if it has one, take the place of the quick recipe's. What was given, --recipe too, goes over
 * them. */
void training_options_default(TrainingOptions *training, const TrainerOptions *defaults);

/* Loads both sets as the options say; free them with dataset_free(). */
void training_options_load(const TrainingOptions *options, Dataset *training, Dataset *test);

#endif
