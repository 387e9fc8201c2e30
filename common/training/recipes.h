/* Ways to train that work: what the trainer does unless told otherwise. */
#ifndef TRAINING_RECIPES_H
#define TRAINING_RECIPES_H

#include "training/trainer.h"

/* Quick, medium and long are for the best accuracy in their time; basic is ResNet-20 without any
 * art, for comparisons. */
enum { RECIPE_QUICK, RECIPE_MEDIUM, RECIPE_LONG, RECIPE_BASIC, RECIPES };

extern const char *const recipe_names[RECIPES + 1]; /* NULL ends it */
extern const TrainerOptions recipes[RECIPES];

#endif
