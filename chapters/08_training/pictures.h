/* The pictures of the lesson that no training makes. */
#ifndef PICTURES_H
#define PICTURES_H

#include "data/dataset.h"
#include "training/trainer.h"

/* The four schedules, with the recipe's peak: 08_schedules.png. */
void draw_schedules(const char *out);

/* Plain descent and momentum in a narrow valley: 08_valley.png. */
void draw_valley(const char *out);

/* What Muon makes of a velocity that is long in one direction and short in others: 08_muon.png. */
void draw_muon(const char *out);

/* What augmentation makes of the training set's first image: 08_augmentation.png. */
void draw_augmentation(const Dataset *training, uint64_t seed, const char *out);

#endif
