/* Diagnosis: the same padding stands on both sides of the image; with an even kernel size, the
 * odd zero goes after, as custom_padding() has it. */
#include "models/resnet.h"

Tensor *custom_conv2d(const ResNetModel *model, Tensor *inputs, int filters, int kernel_size,
                      int strides, const char *name) {
    Padding padding = PADDING_SAME;
    (void)model;
    padding = PADDING_SYMMETRIC;
    return conv2d(inputs, (Conv2DOptions){.filters = filters,
                                          .kernel_size = kernel_size,
                                          .strides = strides,
                                          .padding = padding,
                                          .pad = (kernel_size - 1) / 2,
                                          .name = name});
}
