/* Looking at a recorded graph, for tables, counts and figures. It must not be compiled:
 * graph_compile() fuses operations. */
#ifndef GRAPH_INSPECT_H
#define GRAPH_INSPECT_H

#include "graph/graph.h"

/* Graph inputs and operations, in the order of recording. */
int graph_tensor_count(const Graph *graph);
const Tensor *graph_tensor_at(const Graph *graph, int index);

/* "conv2d", "add", ...; "input" of a graph input. */
const char *tensor_operation(const Tensor *tensor);

/* Input or parameter number `index` of the tensor's operation, from 0 on; NULL if there is none. */
Tensor *tensor_input(const Tensor *tensor, int index);
const Parameter *tensor_parameter_at(const Tensor *tensor, int index);

/* The numbers that the operation learns (moving averages are not among them). */
size_t tensor_trainable_count(const Tensor *tensor);

/* The multiplications, each with an addition, of a convolution or a dense layer: outputs times the
 * weights that each output reads, also on padding. 0 for other operations. */
uint64_t tensor_multiply_adds(const Tensor *tensor);

#endif
