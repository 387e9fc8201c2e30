/* Diagnosis: with strides 1 the convolution must be SAME; it is VALID here, so its outputs are
 * smaller than the image. */
#include "models/resnet.h"

Tensor *custom_conv2d(const ResNetModel *model, Tensor *inputs, int filters, int kernel_size,
                      int strides, const char *name) {
    Padding padding = PADDING_VALID;
    if (strides > 1) {
        inputs = custom_padding(model, inputs, kernel_size);
        padding = PADDING_VALID;
    }
    return conv2d(inputs, (Conv2DOptions){.filters = filters,
                                          .kernel_size = kernel_size,
                                          .strides = strides,
                                          .padding = padding,
                                          .name = name});
}
