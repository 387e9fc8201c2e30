/* What each recorded operation is in ONNX: one function and one row each. */
#include "export/onnx_builder.h"

#include <string.h>

#include "base/error.h"
#include "base/integers.h"
#include "layers/nodes.h"

/* Where ONNX's axes (N, C, H, W) are in (N, H, W, C), and the other way round. */
static const int first_from_last[4] = {0, 3, 1, 2};
static const int64_t last_from_first[4] = {0, 2, 3, 1};

static const char *input_name(const OnnxBuilder *builder, const Tensor *tensor, int index) {
    return onnx_value_name(builder, tensor->inputs[index]);
}

/* Adds a parameter as an initializer and returns its name; NULL for a bias left out. */
static const char *parameter(OnnxBuilder *builder, const Parameter *parameter) {
    if (!parameter)
        return NULL;
    return onnx_floats(builder, parameter->name, parameter->shape, parameter_values(parameter));
}

/* (R, S, C, K) becomes (K, C, R, S). */
static const char *kernel(OnnxBuilder *builder, const Parameter *kernel) {
    const int *size = kernel->shape.size;
    Shape shape = shape4(size[3], size[2], size[0], size[1]);
    const float *value = parameter_values(kernel);
    float *values = arena_alloc(builder->arena, kernel->count * sizeof(float));
    for (int rs = 0; rs < size[0] * size[1]; rs++)
        for (int c = 0; c < size[2]; c++)
            for (int k = 0; k < size[3]; k++)
                values[((size_t)k * size[2] + c) * size[0] * size[1] + rs] = *value++;
    return onnx_floats(builder, kernel->name, shape, values);
}

/* The zeros after the image that the last window reads. */
static int64_t pad_after(int size, int outputs, int window, int strides, int pad_before) {
    return max_int((outputs - 1) * strides + window - size - pad_before, 0);
}

/* A window's geometry, as ONNX's convolutions and pools write it. */
static void add_window(OnnxBuilder *builder, Onnx__NodeProto *node, int window, int strides,
                       const int64_t pads[4]) {
    onnx_attribute_ints(builder, node, "kernel_shape", 2, (const int64_t[]){window, window});
    onnx_attribute_ints(builder, node, "strides", 2, (const int64_t[]){strides, strides});
    onnx_attribute_ints(builder, node, "pads", 4, pads);
}

static void add_conv2d(OnnxBuilder *builder, const Tensor *tensor) {
    const Conv2DShape *shape = &((const Conv2DNode *)tensor->options)->shape;
    const char *const inputs[] = {input_name(builder, tensor, 0),
                                  kernel(builder, tensor->parameters[0]),
                                  parameter(builder, tensor->parameters[1]), NULL};
    const int64_t pads[] = {shape->pad_top, shape->pad_left,
                            pad_after(shape->in_height, shape->out_height, shape->kernel_size,
                                      shape->strides, shape->pad_top),
                            pad_after(shape->in_width, shape->out_width, shape->kernel_size,
                                      shape->strides, shape->pad_left)};
    add_window(builder, onnx_node(builder, "Conv", tensor->name, inputs), shape->kernel_size,
               shape->strides, pads);
}

static void add_pool(OnnxBuilder *builder, const Tensor *tensor, const char *type) {
    const PoolShape *shape = tensor->options;
    const char *const inputs[] = {input_name(builder, tensor, 0), NULL};
    const int64_t pads[] = {shape->pad_top, shape->pad_left,
                            pad_after(shape->in_height, shape->out_height, shape->pool_size,
                                      shape->strides, shape->pad_top),
                            pad_after(shape->in_width, shape->out_width, shape->pool_size,
                                      shape->strides, shape->pad_left)};
    add_window(builder, onnx_node(builder, type, tensor->name, inputs), shape->pool_size,
               shape->strides, pads);
}

static void add_max_pool(OnnxBuilder *builder, const Tensor *tensor) {
    add_pool(builder, tensor, "MaxPool");
}

static void add_average_pool(OnnxBuilder *builder, const Tensor *tensor) {
    add_pool(builder, tensor, "AveragePool");
}

static void add_global_average_pool(OnnxBuilder *builder, const Tensor *tensor) {
    const char *const inputs[] = {input_name(builder, tensor, 0), NULL};
    onnx_node(builder, "GlobalAveragePool", tensor->name, inputs);
}

static void add_batch_normalization(OnnxBuilder *builder, const Tensor *tensor) {
    const BatchNormNode *node = tensor->options;
    require(!node->options.is_training,
            "%s: normalises by the batch; record the network for inference to export it",
            tensor->name);
    const char *const inputs[] = {input_name(builder, tensor, 0),
                                  parameter(builder, tensor->parameters[0]),
                                  parameter(builder, tensor->parameters[1]),
                                  parameter(builder, tensor->parameters[2]),
                                  parameter(builder, tensor->parameters[3]),
                                  NULL};
    onnx_attribute_float(builder, onnx_node(builder, "BatchNormalization", tensor->name, inputs),
                         "epsilon", node->options.epsilon);
}

static void add_relu(OnnxBuilder *builder, const Tensor *tensor) {
    const char *const inputs[] = {input_name(builder, tensor, 0), NULL};
    onnx_node(builder, "Relu", tensor->name, inputs);
}

static void add_add(OnnxBuilder *builder, const Tensor *tensor) {
    const char *const inputs[] = {input_name(builder, tensor, 0), input_name(builder, tensor, 1),
                                  NULL};
    onnx_node(builder, "Add", tensor->name, inputs);
}

static void add_pad(OnnxBuilder *builder, const Tensor *tensor) {
    const PadNode *node = tensor->options;
    bool last = graph_data_format(tensor->graph) == CHANNELS_LAST;
    int64_t pads[8];
    for (int i = 0; i < 4; i++) {
        int axis = last ? first_from_last[i] : i;
        pads[i] = node->paddings[axis][0];
        pads[4 + i] = node->paddings[axis][1];
    }
    const char *name = arena_printf(builder->arena, "%s/pads", tensor->name);
    const char *const inputs[] = {input_name(builder, tensor, 0),
                                  onnx_integers(builder, name, 8, pads), NULL};
    onnx_node(builder, "Pad", tensor->name, inputs);
}

/* Features are in the data format's order; a transposition makes that order from ONNX's. */
static void add_flatten(OnnxBuilder *builder, const Tensor *tensor) {
    const Tensor *input = tensor->inputs[0];
    const char *inputs[] = {input_name(builder, tensor, 0), NULL};
    if (input->shape.rank == 4 && graph_data_format(tensor->graph) == CHANNELS_LAST) {
        ImageSize size = tensor_image_size(input);
        if (size.channels > 1 && size.height * size.width > 1) {
            const char *name = arena_printf(builder->arena, "%s/channels_last", tensor->name);
            onnx_attribute_ints(builder, onnx_node(builder, "Transpose", name, inputs), "perm", 4,
                                last_from_first);
            inputs[0] = name;
        }
    }
    onnx_node(builder, "Flatten", tensor->name, inputs);
}

static void add_dense(OnnxBuilder *builder, const Tensor *tensor) {
    const char *const inputs[] = {input_name(builder, tensor, 0),
                                  parameter(builder, tensor->parameters[0]),
                                  parameter(builder, tensor->parameters[1]), NULL};
    onnx_node(builder, "Gemm", tensor->name, inputs);
}

static const struct {
    const char *operation;
    void (*add)(OnnxBuilder *builder, const Tensor *tensor);
} forms[] = {
    {"pad", add_pad},
    {"conv2d", add_conv2d},
    {"batch_normalization", add_batch_normalization},
    {"relu", add_relu},
    {"add", add_add},
    {"max_pooling2d", add_max_pool},
    {"average_pooling2d", add_average_pool},
    {"global_average_pooling2d", add_global_average_pool},
    {"flatten", add_flatten},
    {"dense", add_dense},
};

void onnx_add_operation(OnnxBuilder *builder, const Tensor *tensor) {
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i].operation, tensor->operation->name) == 0) {
            forms[i].add(builder, tensor);
            return;
        }
    die("%s: %s has no form in ONNX here; give it a row in %s", tensor->name,
        tensor->operation->name, __FILE__);
}
