/* Record once, run many times.
 *
 * The functions of layers/layers.h take tensors, record an operation and return a tensor. When the
 * model is recorded, graph_compile() fuses what can be fused, decides from lifetimes which tensors
 * share memory and lays out the backward pass. After that a step allocates nothing:
 *
 *     Graph *graph = graph_new(params, (GraphOptions){.data_format = CHANNELS_LAST});
 *     Tensor *images = graph_input(graph, "images", shape4(128, 28, 28, 1));
 *     Tensor *labels = graph_input(graph, "labels", shape1(128));
 *     Tensor *loss = softmax_cross_entropy(model_layers(model, images, true), labels, 0);
 *     graph_compile(graph, loss, true);
 *     for (...) {
 *         tensor_write(images, pixels);
 *         tensor_write(labels, classes);
 *         graph_forward(graph);
 *         graph_backward(graph, NULL);
 *         ... params now hold the gradients ...
 *     }
 *
 * Shapes are checked while recording; an error names the scope, the operation and the shapes. The
 * graph owns its tensors; graph_free() frees them all. */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include "graph/node.h"
#include "graph/params.h"
#include "graph/shape.h"
#include "kernels/groups.h"
#include "kernels/shapes.h"
#include <stdio.h>

typedef struct Graph Graph;
typedef struct Tensor Tensor;

typedef struct GraphOptions {
    DataFormat data_format; /* of every tensor with four axes */
    bool loops;             /* the textbook loops of pieces/loops.h, with nothing fused */
    uint64_t seed;          /* of dropout */
    /* For inference: the parameters keep the values that they have at the first forward pass. Each
     * kernel is laid out for the multiplication once. The copy is as large as the kernel, or four
     * times as large for Winograd's form. */
    bool constant_parameters;
    /* How the batch is cut for all sums over its images. Of several processes, each has a graph for
     * its images: losses are means over all processes' images, and the parameters' gradients are
     * this process's part of a sum. On the loops a batch norm is not cut. */
    Groups groups;
    /* Runs backward in the plan's place, with the same bits, in more memory; NULL: the plan. */
    BackwardWalk *walk;
    bool ghost; /* each group has a batch norm's statistics of its own; not on the loops */
} GraphOptions;

Graph *graph_new(Params *params, GraphOptions options);

/* Whether each graph made from now on runs on the textbook loops, whatever its options say. */
void graph_all_on_loops(bool loops);

void graph_free(Graph *graph);

Params *graph_params(const Graph *graph);
DataFormat graph_data_format(const Graph *graph);

/* The tensor whose tensor_name() is name; NULL if there is none. */
Tensor *graph_find(const Graph *graph, const char *name);

/* A tensor that tensor_write() fills before each run. */
Tensor *graph_input(Graph *graph, const char *name, Shape shape);

/* Lets the tensor's values, and with backward its gradient, be read after a run; to be called
 * before graph_compile(). The target and the graph inputs are kept without this call, but a graph
 * input has a gradient only with it. */
void tensor_keep(Tensor *tensor);

/* Ends recording. The target is what graph_forward() computes and, with backward, what
 * graph_backward() differentiates: a loss of one value, or any tensor with an upstream gradient.
 * The graph runs on at most the number of threads that is set during this call. */
void graph_compile(Graph *graph, Tensor *target, bool backward);

void graph_forward(Graph *graph);

/* Makes the next graph_forward() number `run` + 1: dropout drops other values in each run. */
void graph_set_run(Graph *graph, uint64_t run);

/* Where the target of one value was first not a finite number: the first operation whose outputs
 * are not finite, or its first such parameter; the target itself where several processes train;
 * NULL if all runs were well. */
const char *graph_not_finite(const Graph *graph);

/* Computes the gradients of sum(target * upstream), after graph_forward(). upstream has the
 * target's shape; NULL stands for ones. Parameters' gradients are written, not accumulated. */
void graph_backward(Graph *graph, const float *upstream);

/* The nodes of a compiled graph with a walk and a backward pass, in the order of recording, after
 * the fusions. */
Node *const *graph_nodes(const Graph *graph, int *count);

/* The values of an input, in the graph's data format. */
void tensor_write(Tensor *tensor, const float *values);

/* The values or the gradient of a kept tensor, in the graph's data format. */
void tensor_read(const Tensor *tensor, float *values);
void tensor_read_gradient(const Tensor *tensor, float *gradient);

Graph *tensor_graph(const Tensor *tensor);
Shape tensor_shape(const Tensor *tensor);

/* "block_layer0/regular_block0/conv2d_1" */
const char *tensor_name(const Tensor *tensor);

/* The sizes of a tensor with four axes, in either data format. */
typedef struct ImageSize {
    int batch, height, width, channels;
} ImageSize;
ImageSize tensor_image_size(const Tensor *tensor);

/* Bytes that a compiled graph holds for tensors, gradients, state and workspace. With a walk, the
 * gradients' are the most that they took so far. */
size_t graph_memory(const Graph *graph);

/* Opens a variable scope: everything recorded until scope_close() is named below it. */
typedef struct Scope {
    Graph *graph;
    size_t length; /* of the enclosing scope's path */
} Scope;
Scope scope_open(Graph *graph, const char *format, ...) __attribute__((format(printf, 2, 3)));
void scope_close(Scope *scope);

#define SCOPE_NAME(line) scope_at_line_##line
#define SCOPE_DECLARE(line, ...)                                                                   \
    __attribute__((cleanup(scope_close), unused)) Scope SCOPE_NAME(line) = scope_open(__VA_ARGS__)
#define SCOPE_EXPAND(line, ...) SCOPE_DECLARE(line, __VA_ARGS__)

/* SCOPE(inputs, "regular_block%d", index): opens a scope in the tensor's graph and closes it at the
 * brace, on every return path. */
#define SCOPE(tensor, ...) SCOPE_EXPAND(__LINE__, tensor_graph(tensor), __VA_ARGS__)

#endif
