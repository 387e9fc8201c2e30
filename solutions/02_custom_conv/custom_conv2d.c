/* Exercise 02_custom_conv, part 5: a convolution whose padding depends on the kernel alone.
 *
 * With strides 1, TensorFlow's SAME padding does: it adds kernel_size - 1 zeros, half of them
 * before. With larger strides it looks at the image's size as well, and the windows then lie
 * elsewhere on an image of 6 than on one of 7. custom_padding() does not; so use it there, and
 * leave nothing for the convolution to pad (VALID).
 *
 * Step by step:
 *   1. strides > 1: pad the inputs with custom_padding() and go on with the tensor that it returns.
 *   2. Choose PADDING_VALID in that case, PADDING_SAME otherwise.
 *   3. Record conv2d() of layers/layers.h and return its tensor. It takes its options by name:
 *          conv2d(inputs, (Conv2DOptions){.filters = ..., .kernel_size = ..., ...})
 *      What you leave out has its default. Pass on filters, kernel_size, strides and name (NULL is
 *      allowed), and let it have a bias. */
#include "models/resnet.h"

Tensor *custom_conv2d(const ResNetModel *model, Tensor *inputs, int filters, int kernel_size,
                      int strides, const char *name) {
    /* stub: return NULL; */
    Padding padding = PADDING_SAME;
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
