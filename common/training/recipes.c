#include "training/recipes.h"

const char *const recipe_names[RECIPES + 1] = {[RECIPE_QUICK] = "quick",
                                               [RECIPE_MEDIUM] = "medium",
                                               [RECIPE_LONG] = "long",
                                               [RECIPE_BASIC] = "basic"};

/* What all recipes have. */
#define SHARED                                                                                     \
    .model_name = "resnet20", .batch = 128, .momentum = 0.9f, .nesterov = true,                    \
    .weight_decay = 5e-4f

const TrainerOptions recipes[RECIPES] = {
    [RECIPE_QUICK] = {SHARED, .epochs = 9, .schedule = {SCHEDULE_ONE_CYCLE, 0.2f, 0.25f},
                      .muon = 0.02f, .augmentation = {.flip = true, .alternate = true},
                      .keep = 0.5f, .hard = 0.75f, .eval_flip = true},
    [RECIPE_MEDIUM] = {SHARED, .epochs = 28, .schedule = {SCHEDULE_ONE_CYCLE, 0.2f, 0.25f},
                       .muon = 0.02f,
                       .augmentation = {.flip = true,
                                        .alternate = true,
                                        .shift = 2,
                                        .erasing = 0.25f,
                                        .epochs = 23},
                       .keep = 0.5f, .hard = 0.5f, .eval_flip = true, .eval_shift = true},
    [RECIPE_LONG] = {SHARED, .epochs = 120, .schedule = {SCHEDULE_COSINE, 0.2f, 0.05f},
                     .muon = 0.02f,
                     .augmentation = {.flip = true, .alternate = true, .shift = 2, .erasing = 0.5f},
                     .keep = 0.5f, .hard = 0.5f, .eval_flip = true, .eval_shift = true},
    [RECIPE_BASIC] = {SHARED, .epochs = 6, .schedule = {SCHEDULE_ONE_CYCLE, 0.2f, 0.25f},
                      .augmentation = {.flip = true}},
};
