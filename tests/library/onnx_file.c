#include "onnx_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "temporary.h"

static Onnx__ModelProto *onnx_read_model(const char *path) {
    FILE *stream = fopen(path, "rb");
    ck_assert_ptr_nonnull(stream);
    ck_assert_int_eq(fseek(stream, 0, SEEK_END), 0);
    long length = ftell(stream);
    rewind(stream);
    unsigned char *bytes = memory_new((size_t)length, 1);
    ck_assert_int_eq((long)fread(bytes, 1, (size_t)length, stream), length);
    fclose(stream);
    Onnx__ModelProto *model = onnx__model_proto__unpack(NULL, (size_t)length, bytes);
    ck_assert_ptr_nonnull(model);
    free(bytes);
    return model;
}

const Onnx__NodeProto *onnx_find_node(const Onnx__ModelProto *model, const char *name) {
    for (size_t i = 0; i < model->graph->n_node; i++)
        if (strcmp(model->graph->node[i]->name, name) == 0)
            return model->graph->node[i];
    ck_abort_msg("there is no node %s", name);
}

const Onnx__TensorProto *onnx_find_constant(const Onnx__ModelProto *model, const char *name) {
    for (size_t i = 0; i < model->graph->n_initializer; i++)
        if (strcmp(model->graph->initializer[i]->name, name) == 0)
            return model->graph->initializer[i];
    return NULL;
}

/* The i-th value of a constant of floats. */
float onnx_constant_value(const Onnx__TensorProto *constant, size_t i) {
    float value;
    ck_assert_int_eq(constant->data_type, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT);
    ck_assert_uint_le((i + 1) * sizeof value, constant->raw_data.len);
    memcpy(&value, constant->raw_data.data + i * sizeof value, sizeof value);
    return value;
}

const Onnx__AttributeProto *onnx_find_attribute(const Onnx__NodeProto *node, const char *name) {
    for (size_t i = 0; i < node->n_attribute; i++)
        if (strcmp(node->attribute[i]->name, name) == 0)
            return node->attribute[i];
    ck_abort_msg("%s has no attribute %s", node->name, name);
}

void onnx_expect_integers(const Onnx__NodeProto *node, const char *name, size_t count,
                          const int64_t *values) {
    const Onnx__AttributeProto *attribute = onnx_find_attribute(node, name);
    ck_assert_int_eq(attribute->type, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    ck_assert_uint_eq(attribute->n_ints, count);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(attribute->ints[i] == values[i], "%s of %s: value %zu is %lld, not %lld",
                      name, node->name, i, (long long)attribute->ints[i], (long long)values[i]);
}

void onnx_expect_dimensions(const Onnx__TensorProto *constant, size_t rank, const int64_t *sizes) {
    ck_assert_uint_eq(constant->n_dims, rank);
    for (size_t i = 0; i < rank; i++)
        ck_assert_int_eq(constant->dims[i], sizes[i]);
}

Onnx__ModelProto *onnx_written(const Tensor *outputs, OnnxOptions options) {
    const char *path = temporary_path("network.onnx");
    params_allocate(graph_params(tensor_graph(outputs)));
    options.name = "test";
    onnx_write(path, outputs, options);
    return onnx_read_model(path);
}
