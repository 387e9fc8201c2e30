/* Convolution: recorded here, computed in kernels/conv2d/. */
#include "kernels/conv2d/conv2d.h"
#include "base/error.h"
#include "layers/fusion.h"
#include "layers/nodes.h"
#include "layers/window.h"

#include <omp.h>
#include <string.h>

const float *convolution_bias(const Tensor *tensor) {
    return tensor->parameters[BIAS] ? parameter_values(tensor->parameters[BIAS]) : NULL;
}

static float *convolution_bias_gradient(const Tensor *tensor) {
    return tensor->parameters[BIAS] ? parameter_gradient(tensor->parameters[BIAS]) : NULL;
}

/* The batch norm and ReLU that the convolution applies while it reads the images, if any. */
static Conv2DPrologue prologue(const Tensor *images) {
    if (!images->only_statistics)
        return (Conv2DPrologue){NULL, NULL};
    BatchNormState state = batch_norm_state(images);
    return (Conv2DPrologue){state.scale, state.shift};
}

/* The gradients of kernel and bias lie one behind the other where groups' are summed: an array for
 * the sum, and one for each level of the tree. */
static size_t gradient_floats(const Tensor *tensor) {
    const Parameter *bias = tensor->parameters[BIAS];
    return tensor->parameters[KERNEL]->count + (bias ? bias->count : 0);
}

static size_t sums_bytes(const Tensor *tensor) {
    int groups = groups_count(tensor_groups(tensor));
    if (groups == 1)
        return 0;
    return gradient_floats(tensor) * (size_t)(groups_levels(groups) + 1) * sizeof(float);
}

static Conv2DShape group_shape(const Tensor *tensor) {
    Conv2DShape shape = ((const Conv2DNode *)tensor->options)->shape;
    shape.batch /= groups_count(tensor_groups(tensor));
    return shape;
}

void convolution_prepare(Tensor *tensor) {
    Graph *graph = tensor->graph;
    Conv2DNode *node = tensor->options;
    size_t sums = graph->backward ? sums_bytes(tensor) : 0;
    Conv2DShape group = group_shape(tensor);
    node->shape.group = group.batch;
    graph_reserve_workspace(graph, sums);
    if (graph->options.loops)
        return;
    int threads = omp_get_max_threads();
    graph_reserve_workspace(graph, conv2d_workspace(&node->shape, threads));
    graph_reserve_workspace(graph, sums + conv2d_workspace(&group, threads));
    size_t packed = conv2d_packed(&node->shape);
    if (graph->options.constant_parameters && packed > 0)
        node->packed = graph_constants(graph, packed);
}

void convolution_forward(Tensor *tensor) {
    Conv2DNode *node = tensor->options;
    void *workspace = tensor->graph->workspace;
    const float *kernel = parameter_values(tensor->parameters[KERNEL]);
    if (node->packed && !node->is_packed) {
        conv2d_pack(&node->shape, kernel, node->packed, workspace);
        node->is_packed = true;
    }
    conv2d_forward(&node->shape,
                   (Conv2DForward){.prologue = prologue(tensor->inputs[0]),
                                   .inputs = tensor_read_source(tensor->inputs[0])->values,
                                   .weights = kernel,
                                   .packed = node->packed,
                                   .bias = convolution_bias(tensor),
                                   .addend = tensor->inputs[1] ? tensor->inputs[1]->values : NULL,
                                   .outputs = tensor->values},
                   workspace);
}

/* What a group's gradients are made of. */
typedef struct GroupGradients {
    Tensor *tensor;
    KernelGradient *gradient;
} GroupGradients;

static KernelGradientPass group_pass(Tensor *tensor, int group) {
    KernelGradientPass pass = {.tensor = tensor, .shape = group_shape(tensor)};
    const Conv2DShape *s = &pass.shape;
    size_t images = (size_t)group * s->batch;
    pass.inputs = tensor_read_source(tensor->inputs[0])->values +
                  images * s->in_height * s->in_width * s->channels;
    pass.d_outputs = tensor->gradient + images * s->out_height * s->out_width * s->filters;
    pass.workspace = (char *)tensor->graph->workspace + sums_bytes(tensor);
    return pass;
}

static void write_group(void *context, int group, float *sum) {
    const GroupGradients *of = context;
    KernelGradientPass pass = group_pass(of->tensor, group);
    float *d_bias =
        of->tensor->parameters[BIAS] ? sum + of->tensor->parameters[KERNEL]->count : NULL;
    of->gradient(&pass, sum, d_bias);
}

void convolution_gradients(Tensor *tensor, KernelGradient *gradient) {
    float *d_kernel = parameter_gradient(tensor->parameters[KERNEL]);
    float *d_bias = convolution_bias_gradient(tensor);
    int groups = groups_count(tensor_groups(tensor));
    if (groups == 1) {
        KernelGradientPass pass = group_pass(tensor, 0);
        gradient(&pass, d_kernel, d_bias);
        return;
    }
    float *sum = tensor->graph->workspace;
    size_t floats = gradient_floats(tensor), kernel = tensor->parameters[KERNEL]->count;
    groups_sum(0, groups, floats, write_group, &(GroupGradients){tensor, gradient}, sum,
               sum + floats);
    memcpy(d_kernel, sum, kernel * sizeof *sum);
    if (d_bias)
        memcpy(d_bias, sum + kernel, (floats - kernel) * sizeof *sum);
}

static void kernel_gradient(const KernelGradientPass *pass, float *d_kernel, float *d_bias) {
    conv2d_backward_weights(&pass->shape,
                            (Conv2DBackwardWeights){.prologue = prologue(pass->tensor->inputs[0]),
                                                    .inputs = pass->inputs,
                                                    .d_outputs = pass->d_outputs,
                                                    .d_weights = d_kernel,
                                                    .d_bias = d_bias},
                            pass->workspace);
}

void convolution_backward(Tensor *tensor) {
    const Conv2DNode *node = tensor->options;
    convolution_gradients(tensor, kernel_gradient);
    if (input_gradient(tensor))
        conv2d_backward_inputs(
            &node->shape,
            (Conv2DBackwardInputs){.d_outputs = tensor->gradient,
                                   .weights = parameter_values(tensor->parameters[KERNEL]),
                                   .accumulate = tensor->accumulate[0],
                                   .d_inputs = input_gradient(tensor)},
            tensor->graph->workspace);
}

static void loops_forward(Tensor *tensor) {
    const Conv2DNode *node = tensor->options;
    conv2d_forward_loops(&node->shape, tensor->inputs[0]->values,
                         parameter_values(tensor->parameters[KERNEL]), convolution_bias(tensor),
                         tensor->values);
}

static void loops_kernel_gradient(const KernelGradientPass *pass, float *d_kernel, float *d_bias) {
    conv2d_backward_kernel_loops(&pass->shape, pass->inputs, pass->d_outputs, d_kernel, d_bias);
}

static void loops_backward(Tensor *tensor) {
    const Conv2DNode *node = tensor->options;
    convolution_gradients(tensor, loops_kernel_gradient);
    if (input_gradient(tensor))
        conv2d_backward_inputs_loops(&node->shape, tensor->gradient,
                                     parameter_values(tensor->parameters[KERNEL]),
                                     input_gradient(tensor));
}

/* Zeros around height and width alone become the convolution's own padding. */
static void fuse_padding(Tensor *conv) {
    Tensor *padded = conv->inputs[0];
    if (!fusion_is_private(padded, &operation_pad))
        return;
    const PadNode *pad = padded->options;
    if (pad->memory_paddings[0][0] || pad->memory_paddings[0][1] || pad->memory_paddings[3][0] ||
        pad->memory_paddings[3][1])
        return;
    Conv2DShape *shape = &((Conv2DNode *)conv->options)->shape;
    shape->in_height = pad->shape[1];
    shape->in_width = pad->shape[2];
    shape->pad_top += pad->memory_paddings[1][0];
    shape->pad_left += pad->memory_paddings[2][0];
    conv->inputs[0] = padded->inputs[0];
    padded->replaced_by = padded->inputs[0];
}

/* inputs[1], an addition's other addend where one was fused in, gets the output's gradient
 * unchanged. */
const Operation operation_conv2d = {.name = "conv2d",
                                    .prepare = convolution_prepare,
                                    .forward = convolution_forward,
                                    .backward = convolution_backward,
                                    .loops_forward = loops_forward,
                                    .loops_backward = loops_backward,
                                    .fuse = fuse_padding,
                                    .backward_reads_inputs = 1,
                                    .passes_gradient = 2,
                                    .accumulates = true,
                                    .applies_batch_norm = true};

static Conv2DShape conv2d_shape(Tensor *inputs, Conv2DOptions options) {
    ImageSize size = tensor_image_size(inputs);
    AxisWindows vertical = windows_along(options.padding, options.pad, size.height,
                                         options.kernel_size, options.strides);
    AxisWindows horizontal = windows_along(options.padding, options.pad, size.width,
                                           options.kernel_size, options.strides);
    return (Conv2DShape){.format = inputs->graph->memory_format,
                         .batch = size.batch,
                         .in_height = size.height,
                         .in_width = size.width,
                         .channels = size.channels,
                         .out_height = vertical.count,
                         .out_width = horizontal.count,
                         .filters = options.filters,
                         .kernel_size = options.kernel_size,
                         .strides = options.strides,
                         .pad_top = vertical.pad_before,
                         .pad_left = horizontal.pad_before};
}

Tensor *conv2d(Tensor *inputs, Conv2DOptions options) {
    require_rank(inputs, 4, "conv2d");
    if (options.strides == 0)
        options.strides = 1;
    require(options.filters > 0 && options.kernel_size > 0 && options.strides > 0 &&
                options.pad >= 0,
            "%s: filters %d, kernel_size %d, strides %d, pad %d; all must be at least 1, "
            "and pad at least 0",
            tensor_place(inputs, "conv2d"), options.filters, options.kernel_size, options.strides,
            options.pad);
    require_window(inputs, "conv2d", options.padding, options.pad, options.kernel_size,
                   options.strides);
    Conv2DNode node = {.shape = conv2d_shape(inputs, options)};
    const Conv2DShape *s = &node.shape;
    char text[SHAPE_TEXT];
    require(s->out_height > 0 && s->out_width > 0,
            "%s: a %dx%d kernel does not fit into inputs of shape %s; pad them or use a larger "
            "image",
            tensor_place(inputs, "conv2d"), s->kernel_size, s->kernel_size,
            shape_text(inputs->shape, text));
    Shape shape = shape_image(inputs->graph->options.data_format, s->batch, s->out_height,
                              s->out_width, s->filters);
    Tensor *tensor =
        tensor_record(&operation_conv2d, options.name, inputs, NULL, shape, &node, sizeof node);
    tensor_parameter(tensor, KERNEL, "kernel",
                     shape4(s->kernel_size, s->kernel_size, s->channels, s->filters),
                     PARAMETER_KERNEL);
    if (!options.no_bias)
        tensor_parameter(tensor, BIAS, "bias", shape1(s->filters), PARAMETER_BIAS);
    return tensor;
}
