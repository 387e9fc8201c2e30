/* Exercise 03_pre_activation, part 5: batch normalisation, then ReLU.
 *
 * In a ResNet of the second version, this stands before each convolution.
 *
 * Step by step:
 *   1. Record batch_normalization() of layers/layers.h. It takes a BatchNormOptions, by name as
 *      conv2d() takes its options:
 *      - is_training: as this function is told;
 *      - momentum and epsilon: the model's, model->batch_norm_momentum and
 *        model->batch_norm_epsilon;
 *      - axis: the axis that holds the channels, counted from 0. In channels_last it is the last of
 *        the four, in channels_first the one after the batch; model->data_format says which it is.
 *   2. Record relu() on the tensor that comes back, and return relu()'s tensor. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    /* stub: return NULL; */
    int axis = model->data_format == CHANNELS_FIRST ? 1 : 3;
    Tensor *normalised =
        batch_normalization(inputs, (BatchNormOptions){.is_training = is_training,
                                                       .momentum = model->batch_norm_momentum,
                                                       .epsilon = model->batch_norm_epsilon,
                                                       .axis = axis});
    return relu(normalised);
}
