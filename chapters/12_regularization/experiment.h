/* One training of one variant, and what it led to. */
#ifndef CHAPTER_12_EXPERIMENT_H
#define CHAPTER_12_EXPERIMENT_H

#include "data/dataset.h"
#include "model.h"
#include "results.h"
#include "training/checkpoint.h"
#include "training/trainer.h"
#include "variants.h"

typedef struct Experiment {
    const Dataset *training, *test;
    int epochs;
    float learning_rate; /* the cosine's largest */
    const char *out;     /* each run has a directory of its own in it */
} Experiment;

/* The directory of a run, from the arena: "build/regularization/2000x20/bn-decay-3", after images
 * and epochs. */
const char *experiment_path(Arena *arena, const Experiment *experiment, Variant variant,
                            uint64_t seed);

/* The row of results.csv for a run, still without what it led to. */
Result experiment_row(const Experiment *experiment, Variant variant, uint64_t seed);

/* Trains, quietly, then measures the network that was kept on the images it was trained on and on
 * all test images, both as at inference. */
Result experiment_run(const Experiment *experiment, Variant variant, uint64_t seed);

/* The network of a finished run, recorded anew for this batch on params and filled with what was
 * trained. */
Network experiment_network(const Experiment *experiment, Variant variant, uint64_t seed, int batch,
                           bool is_training, Params *params);

/* What the checkpoint of a finished run says of itself, and batches as its training had them: info
 * must outlive their source. */
CheckpointInfo experiment_info(const Experiment *experiment, Variant variant, uint64_t seed);
BatchOptions experiment_batches(const CheckpointInfo *info, int batch);

#endif
