/* A look at what was recorded, for tables, counts and figures. Look before graph_compile(): that
 * may fuse operations. */
#ifndef GRAPH_INSPECT_H
#define GRAPH_INSPECT_H

#include "graph/graph.h"

/* Graph inputs and operations, in the order of recording. */
int graph_tensor_count(const Graph *graph);
const Tensor *graph_tensor_at(const Graph *graph, int index);

/* The tensor of that name, as tensor_name() gives it; NULL if there is none. */
Tensor *graph_find(const Graph *graph, const char *name);

/* "conv2d", "add", ...; "input" of a graph input. */
const char *tensor_operation(const Tensor *tensor);

/* The operation's inputs and parameters, from 0 on; NULL beyond the last (no bias: NULL too). */
Tensor *tensor_input(const Tensor *tensor, int index);
const Parameter *tensor_parameter_at(const Tensor *tensor, int index);

/* The numbers that the operation learns (moving averages are not among them). */
size_t tensor_trainable_count(const Tensor *tensor);

/* The multiplications of a convolution or a dense layer, each with an addition: outputs times the
 * weights that each output reads (those on padding too); 0 of other operations. */
uint64_t tensor_multiply_adds(const Tensor *tensor);

#endif
