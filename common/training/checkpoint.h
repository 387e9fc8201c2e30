/* Checkpoints: a model's parameters and moving averages under their scoped names in a safetensors
 * file, whose metadata say how to build the model again and how to feed it. The optimiser's
 * velocity, which only a resumed training needs, has a file of its own. */
#ifndef TRAINING_CHECKPOINT_H
#define TRAINING_CHECKPOINT_H

#include "data/dataset.h"
#include "graph/params.h"
#include <stdint.h>

enum { CHECKPOINT_NAME = 64 };

/* The metadata of a model file, each under its field's name. */
typedef struct CheckpointInfo {
    char model[CHECKPOINT_NAME]; /* "resnet20" */
    DataFormat data_format;      /* of the training; parameters are the same in both formats */
    int classes;
    int height, width, channels;      /* of the network's input */
    float mean[DATASET_MAX_CHANNELS]; /* (pixel / 255 - mean) / deviation, per channel */
    float deviation[DATASET_MAX_CHANNELS];
    ClassName class_names[DATASET_MAX_CLASSES]; /* the first `classes` */
    int epoch;                                  /* the number of epochs trained */
    uint64_t seed;
} CheckpointInfo;

/* Writes all parameters and moving averages. */
void checkpoint_write(const char *path, Params *params, const CheckpointInfo *info);

/* The metadata of a model file. Ends the program if they are incomplete. */
CheckpointInfo checkpoint_read_info(const char *path);

/* Reads a file of checkpoint_write() into params, after params_allocate(). Ends the program, before
 * anything is changed, unless the names and shapes in the file are those of params. */
void checkpoint_read(const char *path, Params *params);

/* The same for the velocity of all trainable parameters. Reading ends the program also if the file
 * was written after another epoch. */
void checkpoint_write_velocity(const char *path, Params *params, int epoch);
void checkpoint_read_velocity(const char *path, Params *params, int epoch);

#endif
