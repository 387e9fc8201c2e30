/* Diagnosis: is_training is always true, so inference uses the batch's statistics and changes
 * the moving averages. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    (void)is_training;
    int axis = model->data_format == CHANNELS_FIRST ? 1 : 3;
    Tensor *normalised =
        batch_normalization(inputs, (BatchNormOptions){.is_training = true,
                                                       .momentum = model->batch_norm_momentum,
                                                       .epsilon = model->batch_norm_epsilon,
                                                       .axis = axis});
    return relu(normalised);
}
