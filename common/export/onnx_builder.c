#include "export/onnx_builder.h"

#include <string.h>

enum { MAX_ATTRIBUTES = 4 };

static char *copy_text(OnnxBuilder *builder, const char *text) {
    return arena_printf(builder->arena, "%s", text);
}

Onnx__NodeProto *onnx_node(OnnxBuilder *builder, const char *type, const char *output,
                           const char *const *inputs) {
    Onnx__NodeProto *node = arena_alloc(builder->arena, sizeof *node);
    onnx__node_proto__init(node);
    node->op_type = copy_text(builder, type);
    node->name = copy_text(builder, output);
    while (inputs[node->n_input])
        node->n_input++;
    node->input = arena_alloc(builder->arena, node->n_input * sizeof(char *));
    for (size_t i = 0; i < node->n_input; i++)
        node->input[i] = copy_text(builder, inputs[i]);
    node->n_output = 1;
    node->output = arena_alloc(builder->arena, sizeof(char *));
    node->output[0] = node->name;
    node->attribute = arena_alloc(builder->arena, MAX_ATTRIBUTES * sizeof(void *));
    builder->graph.node[builder->graph.n_node++] = node;
    return node;
}

static Onnx__AttributeProto *add_attribute(OnnxBuilder *builder, Onnx__NodeProto *node,
                                           const char *name,
                                           Onnx__AttributeProto__AttributeType type) {
    Onnx__AttributeProto *attribute = arena_alloc(builder->arena, sizeof *attribute);
    onnx__attribute_proto__init(attribute);
    attribute->name = copy_text(builder, name);
    attribute->has_type = true;
    attribute->type = type;
    node->attribute[node->n_attribute++] = attribute;
    return attribute;
}

void onnx_attribute_ints(OnnxBuilder *builder, Onnx__NodeProto *node, const char *name, int count,
                         const int64_t *values) {
    Onnx__AttributeProto *attribute =
        add_attribute(builder, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    attribute->n_ints = (size_t)count;
    attribute->ints = arena_alloc(builder->arena, (size_t)count * sizeof *values);
    memcpy(attribute->ints, values, (size_t)count * sizeof *values);
}

void onnx_attribute_float(OnnxBuilder *builder, Onnx__NodeProto *node, const char *name,
                          float value) {
    Onnx__AttributeProto *attribute =
        add_attribute(builder, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    attribute->has_f = true;
    attribute->f = value;
}

static Onnx__TensorProto *add_initializer(OnnxBuilder *builder, const char *name, Shape shape,
                                          Onnx__TensorProto__DataType type) {
    Onnx__TensorProto *tensor = arena_alloc(builder->arena, sizeof *tensor);
    onnx__tensor_proto__init(tensor);
    tensor->name = copy_text(builder, name);
    tensor->has_data_type = true;
    tensor->data_type = (int32_t)type;
    tensor->n_dims = (size_t)shape.rank;
    tensor->dims = arena_alloc(builder->arena, (size_t)shape.rank * sizeof(int64_t));
    for (int axis = 0; axis < shape.rank; axis++)
        tensor->dims[axis] = shape.size[axis];
    builder->graph.initializer[builder->graph.n_initializer++] = tensor;
    return tensor;
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "ONNX's raw data are little-endian");

const char *onnx_floats(OnnxBuilder *builder, const char *name, Shape shape, const float *values) {
    Onnx__TensorProto *tensor =
        add_initializer(builder, name, shape, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT);
    tensor->has_raw_data = true;
    tensor->raw_data =
        (ProtobufCBinaryData){shape_count(shape) * sizeof(float), (unsigned char *)values};
    return tensor->name;
}

const char *onnx_integers(OnnxBuilder *builder, const char *name, int count,
                          const int64_t *values) {
    Onnx__TensorProto *tensor =
        add_initializer(builder, name, shape1(count), ONNX__TENSOR_PROTO__DATA_TYPE__INT64);
    tensor->n_int64_data = (size_t)count;
    tensor->int64_data = arena_alloc(builder->arena, (size_t)count * sizeof *values);
    memcpy(tensor->int64_data, values, (size_t)count * sizeof *values);
    return tensor->name;
}

const char *onnx_value_name(const OnnxBuilder *builder, const Tensor *tensor) {
    return tensor->operation ? tensor->name : builder->images;
}
