/* Diagnosis: after custom_padding() the convolution still pads (SAME); the zeros are there
 * already, so it must be VALID. */
#include "models/resnet.h"

Tensor *custom_conv2d(const ResNetModel *model, Tensor *inputs, int filters, int kernel_size,
                      int strides, const char *name) {
    Padding padding = PADDING_SAME;
    if (strides > 1) {
        inputs = custom_padding(model, inputs, kernel_size);
    }
    return conv2d(inputs, (Conv2DOptions){.filters = filters,
                                          .kernel_size = kernel_size,
                                          .strides = strides,
                                          .padding = padding,
                                          .name = name});
}
