/* Checkpoints: a model's parameters and moving averages under their scoped names in a safetensors
 * file, whose metadata say how to build the model again and how to feed it. training/state.h has
 * the file from which a training goes on. */
#ifndef TRAINING_CHECKPOINT_H
#define TRAINING_CHECKPOINT_H

#include "data/dataset.h"
#include "data/safetensors.h"
#include "graph/params.h"
#include <stdint.h>

enum { CHECKPOINT_NAME = 64 };

/* The metadata, each under its field's name. */
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

/* The metadata of a file. Ends the program if they are incomplete or out of their ranges, or if the
 * file has no checksum. */
CheckpointInfo checkpoint_read_info(const char *path);

/* Reads a file of checkpoint_write() into params, after params_allocate(). Ends the program, before
 * anything is changed, unless the names and shapes in the file are those of params. */
void checkpoint_read(const char *path, Params *params);

/* ---- files of more than one network's values ---- */

typedef enum CheckpointArray {
    CHECKPOINT_VALUES,   /* of all parameters and moving averages */
    CHECKPOINT_VELOCITY, /* of the trainable parameters */
} CheckpointArray;

/* The arrays of a store, and what stands before their names in the file. */
typedef struct CheckpointPart {
    Params *params;
    CheckpointArray array;
    const char *prefix; /* "" for the network itself */
} CheckpointPart;

/* Metadata of the file, a list that ends with a key that is NULL. */
typedef struct CheckpointNote {
    const char *key, *text;
} CheckpointNote;

void checkpoint_write_parts(const char *path, const CheckpointPart *parts, int count,
                            const CheckpointInfo *info, const CheckpointNote *notes);

/* Reads the parts of an open file; ends the program, before anything is changed, unless the file
 * holds them and nothing else. */
void checkpoint_read_parts(const char *path, const SafeTensors *file, const CheckpointPart *parts,
                           int count);

/* The metadata of an open file: as checkpoint_read_info(), and what stands under a key: a text, or
 * a whole number from least to most. */
CheckpointInfo checkpoint_info(const char *path, const SafeTensors *file);
const char *checkpoint_text(const char *path, const SafeTensors *file, const char *key);
int checkpoint_integer(const char *path, const SafeTensors *file, const char *key, int least,
                       int most);

#endif
