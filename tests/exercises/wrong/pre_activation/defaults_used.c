/* Diagnosis: momentum and epsilon of the model are not passed on, so that the layer has the
 * defaults instead. */
#include "models/resnet.h"

Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training) {
    int axis = model->data_format == CHANNELS_FIRST ? 1 : 3;
    Tensor *normalised =
        batch_normalization(inputs, (BatchNormOptions){.is_training = is_training, .axis = axis});
    return relu(normalised);
}
