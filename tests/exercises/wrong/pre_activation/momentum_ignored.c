/* Diagnosis: model->batch_norm_momentum is not passed on, so the layer has the default
 * momentum. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    int axis = model->data_format == CHANNELS_FIRST ? 1 : 3;
    Tensor *normalised =
        batch_normalization(inputs, (BatchNormOptions){.is_training = is_training,
                                                       .epsilon = model->batch_norm_epsilon,
                                                       .axis = axis});
    return relu(normalised);
}
