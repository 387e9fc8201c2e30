/* Diagnosis: 1 - momentum is passed on, as PyTorch counts; this library counts as TensorFlow:
 * momentum is the part of the old average that stays. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    int axis = model->data_format == CHANNELS_FIRST ? 1 : 3;
    Tensor *normalised =
        batch_normalization(inputs, (BatchNormOptions){.is_training = is_training,
                                                       .momentum = 1 - model->batch_norm_momentum,
                                                       .epsilon = model->batch_norm_epsilon,
                                                       .axis = axis});
    return relu(normalised);
}
