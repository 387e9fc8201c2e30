/* Diagnosis: model->batch_norm_epsilon is not passed on, so the layer has the default
 * epsilon. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    int axis = model->data_format == CHANNELS_FIRST ? 1 : 3;
    Tensor *normalised =
        batch_normalization(inputs, (BatchNormOptions){.is_training = is_training,
                                                       .momentum = model->batch_norm_momentum,
                                                       .axis = axis});
    return relu(normalised);
}
