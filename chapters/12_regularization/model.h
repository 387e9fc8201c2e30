/* The network of the experiments: a ResNet of the CIFAR form, pre-activation, whose batch norm can
 * be left out and which can drop values. With batch norm and a dropout of 0 it is model_layers() of
 * chapter 7. */
#ifndef CHAPTER_12_MODEL_H
#define CHAPTER_12_MODEL_H

#include "models/resnet.h"

typedef struct RegularizedModel {
    ResNetModel resnet;
    bool batch_norm;
    float dropout; /* before each block's second convolution (Zagoruyko and Komodakis 2016) and
                      before the dense layer */
} RegularizedModel;

/* 8 layers: a 3x3 stem, three block layers of one block each with 16, 32 and 64 filters, logits. */
RegularizedModel regularized_model(int classes, bool batch_norm, float dropout);

/* Images to logits; model is a RegularizedModel. */
Tensor *regularized_layers(const void *model, Tensor *images, bool is_training);

#endif
