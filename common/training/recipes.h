/* Ways to train that work: what the trainer does unless told otherwise. */
#ifndef TRAINING_RECIPES_H
#define TRAINING_RECIPES_H

#include "training/trainer.h"

/* "quick" and "long", then NULL; recipes[i] goes by recipe_names[i]. */
extern const char *const recipe_names[];
extern const TrainerOptions recipes[];

#endif
