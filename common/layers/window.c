/* Where the windows of convolutions and pools lie along an axis. */
#include "layers/nodes.h"

Window window_along(Padding padding, int pad, int size, int kernel_size, int strides) {
    if (padding == PADDING_SAME) {
        int outputs = (size + strides - 1) / strides;
        int total = (outputs - 1) * strides + kernel_size - size;
        return (Window){outputs, total > 0 ? total / 2 : 0};
    }
    int before = padding == PADDING_SYMMETRIC ? pad : 0;
    int room = size + 2 * before - kernel_size;
    return (Window){room < 0 ? 0 : room / strides + 1, before};
}

ChannelShape tensor_channel_shape(const Tensor *tensor) {
    if (tensor->shape.rank != 4)
        return (ChannelShape){tensor->shape.size[0], tensor->shape.size[1], 1};
    ImageSize size = tensor_image_size(tensor);
    if (tensor->graph->memory_format == CHANNELS_FIRST)
        return (ChannelShape){size.batch, size.channels, size.height * size.width};
    return (ChannelShape){size.batch * size.height * size.width, size.channels, 1};
}
