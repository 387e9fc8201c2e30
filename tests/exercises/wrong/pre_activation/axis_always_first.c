/* Diagnosis: the axis is 1 whatever the data format; in channels_last the channels are axis
 * 3. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    int axis = 1;
    Tensor *normalised =
        batch_normalization(inputs, (BatchNormOptions){.is_training = is_training,
                                                       .momentum = model->batch_norm_momentum,
                                                       .epsilon = model->batch_norm_epsilon,
                                                       .axis = axis});
    return relu(normalised);
}
