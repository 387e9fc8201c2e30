#include "layers/nodes.h"

ChannelShape tensor_channel_shape(const Tensor *tensor) {
    if (tensor->shape.rank != 4)
        return (ChannelShape){tensor->shape.size[0], tensor->shape.size[1], 1};
    ImageSize size = tensor_image_size(tensor);
    if (tensor->graph->memory_format == CHANNELS_FIRST)
        return (ChannelShape){size.batch, size.channels, size.height * size.width};
    return (ChannelShape){size.batch * size.height * size.width, size.channels, 1};
}

bool batch_norm_is_ghost(const Tensor *tensor) {
    return tensor->graph->options.ghost &&
           ((const BatchNormNode *)tensor->options)->options.is_training &&
           !tensor->graph->options.loops;
}

/* Floats of each of the state's parts. */
static size_t state_floats(const Tensor *tensor) {
    int blocks = batch_norm_is_ghost(tensor) ? groups_count(tensor_groups(tensor)) : 1;
    return (size_t)tensor_channel_shape(tensor).channels * blocks;
}

BatchNormState batch_norm_state(const Tensor *tensor) {
    size_t floats = state_floats(tensor);
    float *state = tensor->state;
    return (BatchNormState){state, state + floats, state + 2 * floats, state + 3 * floats};
}

size_t batch_norm_state_bytes(const Tensor *tensor) {
    return 4 * state_floats(tensor) * sizeof(float);
}
