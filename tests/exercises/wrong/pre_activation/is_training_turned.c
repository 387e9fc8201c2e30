/* Diagnosis: is_training is passed on turned around. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    int axis = model->data_format == CHANNELS_FIRST ? 1 : 3;
    Tensor *normalised =
        batch_normalization(inputs, (BatchNormOptions){.is_training = !is_training,
                                                       .momentum = model->batch_norm_momentum,
                                                       .epsilon = model->batch_norm_epsilon,
                                                       .axis = axis});
    return relu(normalised);
}
