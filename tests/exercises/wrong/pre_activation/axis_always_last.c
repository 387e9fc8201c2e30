/* Diagnosis: the axis is 3 whatever the data format; in channels_first the channels are axis
 * 1. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    int axis = 3;
    Tensor *normalised =
        batch_normalization(inputs, (BatchNormOptions){.is_training = is_training,
                                                       .momentum = model->batch_norm_momentum,
                                                       .epsilon = model->batch_norm_epsilon,
                                                       .axis = axis});
    return relu(normalised);
}
