/* "Ghost" batch normalisation (Hoffer, Hubara and Soudry 2017): each group of a batch is normalised
 * by its own mean and variance, and no process waits for another's. The moving averages follow the
 * mean of all groups' statistics. Other mathematics than the whole batch's, with more noise. */
#include "kernels/batch_norm.h"
#include "layers/nodes.h"

/* A group's positions, by themselves. */
static BatchNormSize group_size(const Tensor *tensor) {
    ChannelShape shape = tensor_channel_shape(tensor);
    return (BatchNormSize){.positions = shape.count / groups_count(tensor_groups(tensor)),
                           .channels = shape.channels};
}

static size_t group_offset(const Tensor *tensor, int group) {
    BatchNormSize size = group_size(tensor);
    return (size_t)group * size.positions * size.channels;
}

static BatchNormState group_state(const Tensor *tensor, int group) {
    BatchNormState state = batch_norm_state(tensor);
    size_t at = (size_t)group * tensor_channel_shape(tensor).channels;
    return (BatchNormState){state.mean + at, state.variance + at, state.scale + at,
                            state.shift + at};
}

/* Of sums over the groups, two kinds for each channel: the sum, and one for each level of the tree.
 * The kernels' workspace lies behind. */
static size_t sums_floats(const Tensor *tensor) {
    int levels = groups_levels(groups_count(tensor_groups(tensor)));
    return 2 * (size_t)tensor_channel_shape(tensor).channels * ((size_t)levels + 1);
}

/* Whole lines, which doubles can begin on. */
static size_t sums_bytes(const Tensor *tensor) {
    return (sums_floats(tensor) * sizeof(float) + 63) / 64 * 64;
}

static void *kernel_workspace(const Tensor *tensor) {
    return (char *)tensor->graph->workspace + sums_bytes(tensor);
}

/* The sum over the groups of what `write` makes of each: 2 C floats. */
static const float *sum_of_groups(Tensor *tensor, GroupSum *write) {
    size_t floats = 2 * (size_t)tensor_channel_shape(tensor).channels;
    float *sum = tensor->graph->workspace;
    groups_sum(0, groups_count(tensor_groups(tensor)), floats, write, tensor, sum, sum + floats);
    return sum;
}

size_t ghost_workspace(const Tensor *tensor) {
    return sums_bytes(tensor) + batch_norm_workspace(group_size(tensor));
}

/* Normalises a group; writes the moving averages as this group alone would leave them. */
static void forward_group(void *context, int group, float *moved) {
    Tensor *tensor = context;
    const BatchNormNode *node = tensor->options;
    BatchNormSize size = group_size(tensor);
    BatchNormState state = group_state(tensor, group);
    const float *inputs = tensor->inputs[0]->values + group_offset(tensor, group);
    batch_norm_statistics(size, inputs, state.mean, state.variance, kernel_workspace(tensor));
    batch_norm_affine(size.channels, node->options.epsilon,
                      parameter_values(tensor->parameters[GAMMA]),
                      parameter_values(tensor->parameters[BETA]), state.mean, state.variance,
                      state.scale, state.shift);
    batch_norm_apply(size.positions, size.channels, node->relu, inputs, state.scale, state.shift,
                     tensor->values + group_offset(tensor, group));
    const float *mean = parameter_values(tensor->parameters[MOVING_MEAN]);
    const float *variance = parameter_values(tensor->parameters[MOVING_VARIANCE]);
    float momentum = node->options.momentum;
    for (int c = 0; c < size.channels; c++) {
        moved[c] = momentum * mean[c] + (1 - momentum) * state.mean[c];
        moved[size.channels + c] = momentum * variance[c] + (1 - momentum) * state.variance[c];
    }
}

void ghost_forward(Tensor *tensor) {
    int channels = tensor_channel_shape(tensor).channels;
    float share = 1.0F / (float)groups_count(tensor_groups(tensor));
    const float *sum = sum_of_groups(tensor, forward_group);
    for (int c = 0; c < channels; c++) {
        parameter_values(tensor->parameters[MOVING_MEAN])[c] = sum[c] * share;
        parameter_values(tensor->parameters[MOVING_VARIANCE])[c] = sum[channels + c] * share;
    }
}

static void backward_group(void *context, int group, float *sum) {
    Tensor *tensor = context;
    const BatchNormNode *node = tensor->options;
    BatchNormSize size = group_size(tensor);
    BatchNormState state = group_state(tensor, group);
    size_t at = group_offset(tensor, group);
    float *d_inputs = input_gradient(tensor);
    BatchNormSaved saved = {.is_training = true,
                            .relu = node->relu,
                            .epsilon = node->options.epsilon,
                            .inputs = tensor->inputs[0]->values + at,
                            .gamma = parameter_values(tensor->parameters[GAMMA]),
                            .mean = state.mean,
                            .variance = state.variance,
                            .scale = state.scale,
                            .shift = state.shift};
    batch_norm_backward(size, &saved, tensor->gradient + at, tensor->accumulate[0],
                        d_inputs ? d_inputs + at : NULL, sum, sum + size.channels,
                        kernel_workspace(tensor));
}

void ghost_backward(Tensor *tensor) {
    int channels = tensor_channel_shape(tensor).channels;
    const float *sum = sum_of_groups(tensor, backward_group);
    for (int c = 0; c < channels; c++) {
        parameter_gradient(tensor->parameters[GAMMA])[c] = sum[c];
        parameter_gradient(tensor->parameters[BETA])[c] = sum[channels + c];
    }
}
