/* Published weights: the original ResNets' parameters in a safetensors file under PyTorch's names.
 *
 *     conv1.weight, bn1.weight, bn1.bias, bn1.running_mean, bn1.running_var
 *     layer{1..4}.{block}.conv{1..3}.weight, .bn{1..3}.weight, ...
 *     layer{1..4}.0.downsample.0.weight, .downsample.1.weight, ...  the projection, its batch norm
 *     fc.weight, fc.bias
 *     ...num_batches_tracked                                        a counter: left out
 *
 * PyTorch keeps a convolution's weights as (K, C, R, S) and a dense layer's as (K, C); here they
 * are (R, S, C, K) and (C, K). */
#ifndef PRETRAINED_H
#define PRETRAINED_H

#include "data/safetensors.h"
#include "graph/params.h"
#include "training/classifier.h"

typedef struct PretrainedForm {
    int num_layers; /* 18, 34, 50, 101 or 152 */
    int classes;
    int channels; /* of the images */
} PretrainedForm;

/* The network that the names and shapes in the file belong to; path is for messages. Ends the
 * program if there is none. */
PretrainedForm pretrained_form(const char *path, const SafeTensors *file);

/* Ends the program unless the file's tensors are those of params, which original_layers() has
 * recorded: none is missing, none is added, each has the parameter's shape and dtype F32. */
void pretrained_check(const char *path, const SafeTensors *file, const Params *params);

/* A classifier from published weights of num_layers layers; 0: of the depth in the file. Its inputs
 * are RGB, 224 x 224 pixels cut out of a shorter side of 256, with ImageNet's mean and deviation.
 * Ends the program if the file is not as described above, or has another number of layers. */
Classifier *classifier_from_pretrained(const char *path, int num_layers);

#endif
