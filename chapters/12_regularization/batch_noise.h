/* What batch norm does to one image's logits while it trains: they depend on the other images in
 * the batch. Both experiments take the trained network with batch norm and no other regulariser. */
#ifndef CHAPTER_12_BATCH_NOISE_H
#define CHAPTER_12_BATCH_NOISE_H

#include "experiment.h"

/* The same images in many batches of other companions: how far their logits spread, by the batch's
 * size. */
void show_batch_noise(const Experiment *experiment, uint64_t seed);

/* The stem's kernel and bias times 100: what becomes of the logits. */
void show_scale(const Experiment *experiment, uint64_t seed);

#endif
