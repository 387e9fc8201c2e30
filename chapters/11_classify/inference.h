/* A classifier at work: a photo goes in, logits come out.
 *
 *     Classifier *classifier = classifier_from_checkpoint("build/training/model.safetensors");
 *     Inference inference = inference_new(classifier, 1, false);
 *     Photo photo = inference_run(&inference, &image);
 *     tensor_read(inference.logits, logits);
 */
#ifndef INFERENCE_H
#define INFERENCE_H

#include "photo.h"
#include "training/classifier.h"

/* A recorded and compiled network without a loss. Images are (N, H, W, C). */
typedef struct Inference {
    const Classifier *classifier;
    Graph *graph;
    PhotoOptions photo; /* how a photo is brought to the network's size */
    Tensor *images;     /* kept if with_gradient */
    Tensor *features;   /* the last map before the mean, (N, H', W', C'), kept; or NULL */
    Tensor *logits;     /* (N, classes), the graph's target */
    const Parameter *kernel, *bias; /* of the dense layer, (C', classes) and (classes) */
} Inference;

/* With with_gradient, graph_backward() computes the images' gradient. Photos of a grey network are
 * trimmed, others cropped (photo.h). */
Inference inference_new(const Classifier *classifier, int batch, bool with_gradient);

/* Brings the photo to the network's size (photo_prepare()), normalises it (image_to_inputs()) and
 * runs the network of batch 1 forward. The caller frees the result's image with image_free(). */
Photo inference_run(const Inference *inference, const Image *photo);

/* Computes the logits of a batch of inputs; ends the program if one is not finite. */
void inference_forward(const Inference *inference, const float *inputs);

void inference_free(Inference *inference);

#endif
