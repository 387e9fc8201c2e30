/* The parts of an ONNX graph, for export/ alone: nodes with their attributes, and initializers.
 * Everything comes from one arena. */
#ifndef EXPORT_ONNX_BUILDER_H
#define EXPORT_ONNX_BUILDER_H

#include "base/memory.h"
#include "graph/operation.h"
#include "onnx/onnx.pb-c.h"

typedef struct OnnxBuilder {
    Arena *arena;
    Onnx__GraphProto graph; /* its lists have room for the whole recorded graph */
    const char *images;     /* the name under which layers read the recorded images */
} OnnxBuilder;

/* Adds a node of this type with the name of its output. inputs are names, then NULL. */
Onnx__NodeProto *onnx_node(OnnxBuilder *builder, const char *type, const char *output,
                           const char *const *inputs);

void onnx_attribute_ints(OnnxBuilder *builder, Onnx__NodeProto *node, const char *name, int count,
                         const int64_t *values);
void onnx_attribute_float(OnnxBuilder *builder, Onnx__NodeProto *node, const char *name,
                          float value);

/* Adds constants called `name` and returns the copy of the name. Floats are not copied: they must
 * stay until the file is written. */
const char *onnx_floats(OnnxBuilder *builder, const char *name, Shape shape, const float *values);
const char *onnx_integers(OnnxBuilder *builder, const char *name, int count, const int64_t *values);

/* What the file calls a recorded tensor. */
const char *onnx_value_name(const OnnxBuilder *builder, const Tensor *tensor);

/* Adds the nodes and initializers of a recorded operation. */
void onnx_add_operation(OnnxBuilder *builder, const Tensor *tensor);

#endif
