/* A trained network, its classes and what its inputs look like. */
#ifndef TRAINING_CLASSIFIER_H
#define TRAINING_CLASSIFIER_H

#include "base/memory.h"
#include "data/dataset.h"
#include "training/network.h"

typedef struct Classifier {
    Arena *arena;            /* owns everything here but the parameters */
    const char *description; /* "resnet20 after 6 epochs" */
    int classes;
    const char *const *class_names;
    int height, width, channels; /* of the network's input */
    float mean[DATASET_MAX_CHANNELS], deviation[DATASET_MAX_CHANNELS];
    int shorter_side; /* of a photo from whose middle that input is cropped */
    RecordLayers *record;
    const void *model;
    Params *params;
} Classifier;

/* An empty classifier; its graph input for a batch of images; its parameters, made by recording the
 * network once. */
Classifier *classifier_new(void);
Tensor *classifier_images(const Classifier *classifier, Graph *graph, int batch);
void classifier_record(Classifier *classifier);

/* A classifier from a checkpoint of the trainer. Ends the program if the checkpoint is not of one
 * of resnet_model()'s networks. */
Classifier *classifier_from_checkpoint(const char *path);

/* Replaces the names of the classes by those in a text file (data/class_names.h). */
void classifier_read_names(Classifier *classifier, const char *path);

void classifier_free(Classifier *classifier);

#endif
