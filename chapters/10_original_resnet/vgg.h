/* VGG-19, the network that the ResNet's authors compare theirs with. */
#ifndef CHAPTER_10_VGG_H
#define CHAPTER_10_VGG_H

#include "layers/layers.h"

/* Images to logits (N, classes): 16 convolutions 3x3 with biases and ReLUs in five stages, a max
 * pool behind each, and three dense layers (Simonyan and Zisserman 2015, table 1, column E). */
Tensor *vgg19_layers(Tensor *images, int classes);

#endif
