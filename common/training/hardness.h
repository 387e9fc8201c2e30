/* Leaving out examples that are easy: an epoch has only a part of the training images, some of
 * them those whose loss was largest when they were last seen, the others by chance.
 *
 * (Selection by loss: Loshchilov and Hutter 2015, "Online batch selection"; by a small network:
 * Jordan 2024.) An image that was not seen yet counts as hardest. */
#ifndef TRAINING_HARDNESS_H
#define TRAINING_HARDNESS_H

#include "data/batch.h"
#include "graph/params.h"

typedef struct Hardness {
    int chosen, hard; /* images of an epoch, and those of them that are chosen by their loss */
    Params *losses;   /* by image number: "now", and "before", at the epoch's start */
} Hardness;

/* How many of `sources` images an epoch has; at least 1. */
int hardness_kept(float keep, int sources);

/* For a data set of `count` images of which `sources` are in the source: of these the part `keep`
 * is an epoch, and of that the part `hard` is chosen by loss. */
Hardness hardness_new(int count, int sources, float keep, float hard);
void hardness_free(Hardness *hardness);

/* After batch_source_start(): leaves the epoch's images in the source. At the epoch's first step
 * (resumed false) losses now become those before. */
void hardness_choose(const Hardness *hardness, BatchSource *source, bool resumed);

/* The loss of each of `count` images, from their logits (count, classes) and labels (count). */
void hardness_measure(int count, int classes, const float *logits, const float *labels,
                      double *losses);

/* Notes the losses of the images of batch_source_numbers(), in their order. */
void hardness_see(const Hardness *hardness, const BatchSource *source, const double *losses);

#endif
