/* ONNX files, read back by protobuf-c after the ONNX project's own description. */
#ifndef TESTS_ONNX_FILE_H
#define TESTS_ONNX_FILE_H

#include "export/onnx.h"
#include "onnx/onnx.pb-c.h"

/* What onnx_write() makes of the outputs' graph, whose parameters it gives memory; free with
 * onnx__model_proto__free_unpacked(). The network is named "test". */
Onnx__ModelProto *onnx_written(const Tensor *outputs, OnnxOptions options);

/* The node or the node's attribute of that name; a failure if there is none. */
const Onnx__NodeProto *onnx_find_node(const Onnx__ModelProto *model, const char *name);
const Onnx__AttributeProto *onnx_find_attribute(const Onnx__NodeProto *node, const char *name);

/* The initializer of that name, or NULL; and the i-th value of one that holds floats. */
const Onnx__TensorProto *onnx_find_constant(const Onnx__ModelProto *model, const char *name);
float onnx_constant_value(const Onnx__TensorProto *constant, size_t i);

/* Require of a node's attribute that it holds these integers, and of a constant this shape. */
void onnx_expect_integers(const Onnx__NodeProto *node, const char *name, size_t count,
                          const int64_t *values);
void onnx_expect_dimensions(const Onnx__TensorProto *constant, size_t rank, const int64_t *sizes);

#endif
