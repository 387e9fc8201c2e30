#include "training/recipes.h"

const char *const recipe_names[] = {"quick", "long", NULL};

const TrainerOptions recipes[] = {
    {.epochs = 6,
     .batch = 128,
     .schedule = {SCHEDULE_ONE_CYCLE, 0.2f, 0.25f},
     .momentum = 0.9f,
     .nesterov = true,
     .weight_decay = 5e-4f,
     .augmentation = {.flip = true}},
    {.epochs = 50,
     .batch = 128,
     .schedule = {SCHEDULE_COSINE, 0.2f, 0.05f},
     .momentum = 0.9f,
     .nesterov = true,
     .weight_decay = 5e-4f,
     .augmentation = {.flip = true, .shift = 2, .erasing = 0.25f},
     .eval_flip = true},
};
