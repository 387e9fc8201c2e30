/* Batch normalisation, and the ReLU behind it if one was fused in. */
#include "base/error.h"
#include "kernels/batch_norm.h"
#include "layers/nodes.h"

/* Whether, after all fusions, the batch norm has a ReLU and only convolutions read it. They apply
 * both while they read, and the batch norm's values are never written. */
static bool is_applied_by_readers(const Tensor *normalised) {
    if (normalised->kept || !((const BatchNormNode *)normalised->options)->relu ||
        normalised->shape.rank != 4 || batch_norm_is_ghost(normalised))
        return false;
    const Graph *graph = normalised->graph;
    for (int i = normalised->index + 1; i < graph->count; i++) {
        const Tensor *reader = graph->tensors[i];
        if (reader->replaced_by)
            continue;
        if (reader->inputs[1] == normalised ||
            (reader->inputs[0] == normalised && !reader->operation->applies_batch_norm))
            return false;
    }
    return true;
}

/* Of a graph that runs on the vectorised kernels. */
static BatchNormSize kernel_size(const Tensor *tensor) {
    ChannelShape shape = tensor_channel_shape(tensor);
    return (BatchNormSize){shape.count, shape.channels, tensor_groups(tensor)};
}

static void prepare(Tensor *tensor) {
    tensor->state_bytes = batch_norm_state_bytes(tensor);
    /* The loops always write d_inputs: into the workspace if the inputs have no gradient. */
    size_t bytes = tensor->graph->options.loops  ? shape_count(tensor->shape) * sizeof(float)
                   : batch_norm_is_ghost(tensor) ? ghost_workspace(tensor)
                                                 : batch_norm_workspace(kernel_size(tensor));
    graph_reserve_workspace(tensor->graph, bytes);
    tensor->only_statistics = is_applied_by_readers(tensor);
}

static void loops_forward(Tensor *tensor) {
    const BatchNormNode *node = tensor->options;
    BatchNormState state = batch_norm_state(tensor);
    batch_norm_forward_loops(tensor_channel_shape(tensor), node->options, tensor->inputs[0]->values,
                             parameter_values(tensor->parameters[GAMMA]),
                             parameter_values(tensor->parameters[BETA]),
                             parameter_values(tensor->parameters[MOVING_MEAN]),
                             parameter_values(tensor->parameters[MOVING_VARIANCE]), state.mean,
                             state.variance, tensor->values);
}

/* Fills the state's mean and variance: in training from the batch, which also moves the moving
 * averages; in inference from the moving averages. */
static void find_statistics(Tensor *tensor, ChannelShape shape, BatchNormState state) {
    const BatchNormNode *node = tensor->options;
    float *moving_mean = parameter_values(tensor->parameters[MOVING_MEAN]);
    float *moving_variance = parameter_values(tensor->parameters[MOVING_VARIANCE]);
    float momentum = node->options.momentum;
    if (node->options.is_training)
        batch_norm_statistics(kernel_size(tensor), tensor->inputs[0]->values, state.mean,
                              state.variance, tensor->graph->workspace);
    for (int c = 0; c < shape.channels; c++) {
        if (node->options.is_training) {
            moving_mean[c] = momentum * moving_mean[c] + (1 - momentum) * state.mean[c];
            moving_variance[c] = momentum * moving_variance[c] + (1 - momentum) * state.variance[c];
        } else {
            state.mean[c] = moving_mean[c];
            state.variance[c] = moving_variance[c];
        }
    }
}

static void forward(Tensor *tensor) {
    if (batch_norm_is_ghost(tensor)) {
        ghost_forward(tensor);
        return;
    }
    const BatchNormNode *node = tensor->options;
    ChannelShape shape = tensor_channel_shape(tensor);
    BatchNormState state = batch_norm_state(tensor);
    find_statistics(tensor, shape, state);
    batch_norm_affine(shape.channels, node->options.epsilon,
                      parameter_values(tensor->parameters[GAMMA]),
                      parameter_values(tensor->parameters[BETA]), state.mean, state.variance,
                      state.scale, state.shift);
    if (!tensor->only_statistics)
        batch_norm_apply(shape.count, shape.channels, node->relu, tensor->inputs[0]->values,
                         state.scale, state.shift, tensor->values);
}

static void loops_backward(Tensor *tensor) {
    const BatchNormNode *node = tensor->options;
    BatchNormState state = batch_norm_state(tensor);
    float *d_inputs = input_gradient(tensor);
    batch_norm_backward_loops(
        tensor_channel_shape(tensor), node->options, tensor->inputs[0]->values,
        parameter_values(tensor->parameters[GAMMA]), state.mean, state.variance, tensor->gradient,
        d_inputs ? d_inputs : tensor->graph->workspace,
        parameter_gradient(tensor->parameters[GAMMA]),
        parameter_gradient(tensor->parameters[BETA]));
}

static void backward(Tensor *tensor) {
    if (batch_norm_is_ghost(tensor)) {
        ghost_backward(tensor);
        return;
    }
    const BatchNormNode *node = tensor->options;
    BatchNormState state = batch_norm_state(tensor);
    BatchNormSaved saved = {.is_training = node->options.is_training,
                            .relu = node->relu,
                            .epsilon = node->options.epsilon,
                            .inputs = tensor->inputs[0]->values,
                            .gamma = parameter_values(tensor->parameters[GAMMA]),
                            .mean = state.mean,
                            .variance = state.variance,
                            .scale = state.scale,
                            .shift = state.shift};
    batch_norm_backward(kernel_size(tensor), &saved, tensor->gradient, tensor->accumulate[0],
                        input_gradient(tensor), parameter_gradient(tensor->parameters[GAMMA]),
                        parameter_gradient(tensor->parameters[BETA]), tensor->graph->workspace);
}

const Operation operation_batch_normalization = {.name = "batch_normalization",
                                                 .prepare = prepare,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .loops_forward = loops_forward,
                                                 .loops_backward = loops_backward,
                                                 .backward_reads_inputs = 1,
                                                 .backward_in_place = true,
                                                 .accumulates = true};

Tensor *batch_normalization(Tensor *inputs, BatchNormOptions options) {
    const Graph *graph = tensor_graph(inputs);
    if (inputs->shape.rank != 2)
        require_rank(inputs, 4, "batch_normalization");
    const char *place = tensor_place(inputs, "batch_normalization");
    int axis = channel_axis(graph->options.data_format, inputs->shape.rank);
    require(options.axis == 0 || options.axis == axis,
            "%s: axis %d does not hold the channels of a %s tensor; use %d", place, options.axis,
            data_format_names[graph->options.data_format], axis);
    BatchNormNode node = {.options = {.is_training = options.is_training,
                                      .momentum = options.momentum ? options.momentum : 0.99f,
                                      .epsilon = options.epsilon ? options.epsilon : 1e-3f}};
    require(node.options.momentum >= 0 && node.options.momentum < 1 && node.options.epsilon > 0,
            "%s: momentum %g and epsilon %g; use 0 <= momentum < 1 and epsilon > 0", place,
            (double)node.options.momentum, (double)node.options.epsilon);
    Tensor *tensor = tensor_record(&operation_batch_normalization, options.name, inputs, NULL,
                                   inputs->shape, &node, sizeof node);
    Shape shape = shape1(inputs->shape.size[axis]);
    tensor_parameter(tensor, GAMMA, "gamma", shape, PARAMETER_GAMMA);
    tensor_parameter(tensor, BETA, "beta", shape, PARAMETER_BETA);
    tensor_parameter(tensor, MOVING_MEAN, "moving_mean", shape, PARAMETER_MOVING_MEAN);
    tensor_parameter(tensor, MOVING_VARIANCE, "moving_variance", shape, PARAMETER_MOVING_VARIANCE);
    return tensor;
}
