/* Diagnosis: there is a ReLU before the batch normalisation too; there is only the one after
 * it. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    int axis = model->data_format == CHANNELS_FIRST ? 1 : 3;
    Tensor *normalised =
        batch_normalization(relu(inputs), (BatchNormOptions){.is_training = is_training,
                                                             .momentum = model->batch_norm_momentum,
                                                             .epsilon = model->batch_norm_epsilon,
                                                             .axis = axis});
    return relu(normalised);
}
