/* Diagnosis: the tensor that custom_padding() returns is not used: the convolution reads the
 * inputs without zeros. */
#include "models/resnet.h"

Tensor *custom_conv2d(const ResNetModel *model, Tensor *inputs, int filters, int kernel_size,
                      int strides, const char *name) {
    Padding padding = PADDING_SAME;
    if (strides > 1) {
        custom_padding(model, inputs, kernel_size);
        padding = PADDING_VALID;
    }
    return conv2d(inputs, (Conv2DOptions){.filters = filters,
                                          .kernel_size = kernel_size,
                                          .strides = strides,
                                          .padding = padding,
                                          .name = name});
}
