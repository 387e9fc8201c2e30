/* Diagnosis: SAME padding is used with strides over 1 too; it depends on the image's size, so
 * custom_padding() and VALID belong there. */
#include "models/resnet.h"

Tensor *custom_conv2d(const ResNetModel *model, Tensor *inputs, int filters, int kernel_size,
                      int strides, const char *name) {
    Padding padding = PADDING_SAME;
    (void)model;
    return conv2d(inputs, (Conv2DOptions){.filters = filters,
                                          .kernel_size = kernel_size,
                                          .strides = strides,
                                          .padding = padding,
                                          .name = name});
}
