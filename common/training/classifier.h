/* A trained network that tells what is in a photo: from a checkpoint of the trainer, or from
 * published weights of the original ResNets.
 *
 *     Classifier *classifier = classifier_from_checkpoint("build/training/model.safetensors");
 *     Inference inference = inference_new(classifier, 1, false);
 *     Photo photo = inference_run(&inference, &image);
 *     tensor_read(inference.logits, logits);
 */
#ifndef TRAINING_CLASSIFIER_H
#define TRAINING_CLASSIFIER_H

#include "base/memory.h"
#include "data/dataset.h"
#include "data/photo.h"
#include "graph/graph.h"
#include "training/network.h"

typedef struct Classifier {
    Arena *arena;            /* owns everything here but the parameters */
    const char *description; /* "resnet20 after 6 epochs" */
    int classes;
    const char *const *class_names;
    int height, width, channels; /* of the network's input */
    float mean[DATASET_MAX_CHANNELS], deviation[DATASET_MAX_CHANNELS];
    PhotoOptions photo; /* how a photo is brought to that size */
    RecordLayers *record;
    const void *model;
    Params *params;
} Classifier;

/* A classifier from a checkpoint. Its photos are trimmed if they are grey, else cropped
 * (data/photo.h). Ends the program if the checkpoint is not of one of resnet_model()'s networks. */
Classifier *classifier_from_checkpoint(const char *path);

/* A classifier from published weights of num_layers layers; 0: of the depth in the file. Its inputs
 * are RGB, 224 x 224 pixels cut out of a shorter side of 256, with ImageNet's mean and deviation.
 * Ends the program if the file is not as pretrained.h says, or has another number of layers. */
Classifier *classifier_from_pretrained(const char *path, int num_layers);

/* Replaces the names of the classes by those in a text file (data/class_names.h). */
void classifier_read_names(Classifier *classifier, const char *path);

void classifier_free(Classifier *classifier);

/* A recorded and compiled network without a loss. Images are (N, H, W, C). */
typedef struct Inference {
    const Classifier *classifier;
    Graph *graph;
    Tensor *images;   /* kept if with_gradient */
    Tensor *features; /* the last map before the mean, (N, H', W', C'), kept; or NULL */
    Tensor *logits;   /* (N, classes), the graph's target */
    const Parameter *kernel, *bias; /* of the dense layer, (C', classes) and (classes) */
} Inference;

/* With with_gradient, graph_backward() computes the images' gradient. */
Inference inference_new(const Classifier *classifier, int batch, bool with_gradient);

/* Brings the photo to the network's size (photo_prepare()), normalises it (image_to_inputs()) and
 * runs the network of batch 1 forward. The caller frees the result's image with image_free(). */
Photo inference_run(const Inference *inference, const Image *photo);

void inference_free(Inference *inference);

#endif
