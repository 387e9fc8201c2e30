/* Exercise 03_pre_activation, part 5: batch normalisation, then ReLU.
 *
 * In a ResNet of the second version, this stands before each convolution.
 *
 * Step by step:
 *   1. Record batch_normalization() of layers/layers.h. Its options are a BatchNormOptions, given
 * by name as those of conv2d(): is_training  as this function is told; momentum
 * model->batch_norm_momentum; epsilon      model->batch_norm_epsilon; axis         the axis that
 * holds the channels, counted from 0: the last of four in channels_last, the one behind the batch
 * in channels_first (model->data_format says which).
 *   2. Record relu() on the tensor that comes back, and return relu()'s tensor. */
#include "pieces/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    /* CODE HERE */
    return NULL;
}
