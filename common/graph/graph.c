/* Recording: graphs, scopes and tensors. */
#include "graph/graph.h"

#include "base/error.h"
#include "base/integers.h"
#include "graph/operation.h"
#include "kernels/elementwise.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static bool all_on_loops;

void graph_all_on_loops(bool loops) {
    all_on_loops = loops;
}

Graph *graph_new(Params *params, GraphOptions options) {
    Graph *graph = memory_new(1, sizeof *graph);
    options.loops |= all_on_loops;
    graph->params = params;
    graph->options = options;
    graph->memory_format = options.loops ? options.data_format : CHANNELS_LAST;
    graph->arena = arena_new();
    return graph;
}

void graph_release_gradients(Graph *graph) {
    for (int i = 0; i < graph->num_nodes; i++)
        if (graph->walked[i]->gradient)
            gradient_release(graph->walked[i]);
}

void graph_free(Graph *graph) {
    if (!graph)
        return;
    graph_release_gradients(graph);
    free(graph->tensors);
    free(graph->memory);
    free(graph->workspace);
    free(graph->staging);
    arena_free(graph->arena);
    free(graph);
}

Params *graph_params(const Graph *graph) {
    return graph->params;
}

DataFormat graph_data_format(const Graph *graph) {
    return graph->options.data_format;
}

Scope scope_open(Graph *graph, const char *format, ...) {
    char name[MAX_SCOPE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    size_t length = strlen(graph->scope);
    require(length + strlen(name) + 2 < MAX_SCOPE,
            "%s%s: the scope's path is too long (over %d); use shorter names", graph->scope, name,
            MAX_SCOPE);
    strcat(strcat(graph->scope, name), "/");
    return (Scope){graph, length};
}

void scope_close(Scope *scope) {
    scope->graph->scope[scope->length] = '\0';
}

Tensor *graph_find(const Graph *graph, const char *name) {
    for (int i = 0; i < graph->count; i++)
        if (strcmp(graph->tensors[i]->name, name) == 0)
            return graph->tensors[i];
    return NULL;
}

/* The scope's path and the name; automatic names are numbered until one is free. */
static const char *full_name(Graph *graph, const char *name, const char *automatic) {
    if (name) {
        const char *full = arena_printf(graph->arena, "%s%s", graph->scope, name);
        require(!graph_find(graph, full),
                "%s: there is a tensor of this name already; open a scope or "
                "give another name",
                full);
        return full;
    }
    const char *full = arena_printf(graph->arena, "%s%s", graph->scope, automatic);
    for (int number = 1; graph_find(graph, full); number++)
        full = arena_printf(graph->arena, "%s%s_%d", graph->scope, automatic, number);
    return full;
}

static Tensor *append(Graph *graph, Tensor tensor) {
    require(!graph->compiled, "%s: the graph is compiled; record before graph_compile()",
            tensor.name);
    char text[SHAPE_TEXT];
    for (int axis = 0; axis < tensor.shape.rank; axis++) {
        require(tensor.shape.size[axis] > 0,
                "%s: axis %d would have %d values; use a larger image "
                "or smaller strides",
                tensor.name, axis, tensor.shape.size[axis]);
        require(tensor.shape.size[axis] < INT32_MAX, /* or more, see layers/window.c */
                "%s: a tensor of shape %s has too many values; use a smaller batch or image",
                tensor.name, shape_text(tensor.shape, text));
    }
    graph->tensors = memory_grow(graph->tensors, graph->count, sizeof(Tensor *));
    tensor.index = graph->count;
    Tensor *stored = arena_alloc(graph->arena, sizeof *stored);
    *stored = tensor;
    graph->tensors[graph->count++] = stored;
    return stored;
}

Tensor *graph_input(Graph *graph, const char *name, Shape shape) {
    return append(
        graph, (Tensor){.graph = graph, .name = full_name(graph, name, "input"), .shape = shape});
}

Tensor *tensor_record(const Operation *operation, const char *name, Tensor *a, Tensor *b,
                      Shape shape, const void *options, size_t options_bytes) {
    Graph *graph = a->graph;
    require(!b || b->graph == graph,
            "%s: the inputs %s and %s belong to two graphs; record both on one", operation->name,
            a->name, b->name);
    Tensor tensor = {.graph = graph,
                     .name = full_name(graph, name, operation->name),
                     .operation = operation,
                     .inputs = {a, b},
                     .shape = shape};
    if (options) {
        tensor.options = arena_alloc(graph->arena, options_bytes);
        memcpy(tensor.options, options, options_bytes);
    }
    return append(graph, tensor);
}

void tensor_parameter(Tensor *tensor, int index, const char *name, Shape shape,
                      ParameterRole role) {
    char full[2 * MAX_SCOPE];
    snprintf(full, sizeof full, "%s/%s", tensor->name, name);
    tensor->parameters[index] = params_get(tensor->graph->params, full, shape, role);
}

const char *tensor_place(const Tensor *inputs, const char *operation) {
    Graph *graph = inputs->graph;
    return arena_printf(graph->arena, "%s%s (inputs: %s)", graph->scope, operation, inputs->name);
}

void require_rank(const Tensor *inputs, int rank, const char *operation) {
    require(inputs,
            "%s was given NULL instead of a tensor; does the function that should make its "
            "inputs return them?",
            operation);
    char text[SHAPE_TEXT];
    require(inputs->shape.rank == rank, "%s: wants %d axes, got shape %s",
            tensor_place(inputs, operation), rank, shape_text(inputs->shape, text));
}

Graph *tensor_graph(const Tensor *tensor) {
    require(tensor, "NULL was given instead of a tensor; does the function that should make it "
                    "return it?");
    return tensor->graph;
}

Shape tensor_shape(const Tensor *tensor) {
    return tensor->shape;
}

const char *tensor_name(const Tensor *tensor) {
    return tensor->name;
}

ImageSize tensor_image_size(const Tensor *tensor) {
    require_rank(tensor, 4, "tensor_image_size");
    const int *size = tensor->shape.size;
    if (tensor->graph->options.data_format == CHANNELS_FIRST)
        return (ImageSize){size[0], size[2], size[3], size[1]};
    return (ImageSize){size[0], size[1], size[2], size[3]};
}

void tensor_keep(Tensor *tensor) {
    require(!tensor->graph->compiled, "%s: tensor_keep() must come before graph_compile()",
            tensor->name);
    tensor->kept = true;
}

static bool is_transposed(const Tensor *tensor) {
    const Graph *graph = tensor->graph;
    return tensor->shape.rank == 4 && graph->memory_format != graph->options.data_format;
}

typedef void Reorder(int batch, int channels, int positions, const float *inputs, float *outputs);

/* Copies values, by `reorder` if memory has another order than the graph's data format. */
static void copy(const Tensor *tensor, Reorder *reorder, const float *from, float *to) {
    if (is_transposed(tensor)) {
        ImageSize size = tensor_image_size(tensor);
        reorder(size.batch, size.channels, size.height * size.width, from, to);
    } else {
        memcpy(to, from, shape_count(tensor->shape) * sizeof(float));
    }
}

void tensor_write(Tensor *tensor, const float *values) {
    require(!tensor->operation, "%s: only a graph input can be written", tensor->name);
    require(tensor->values, "%s: compile the graph before writing its inputs", tensor->name);
    copy(tensor, channels_last_from_first, values, tensor->values);
}

void tensor_write_upstream(Tensor *tensor, const float *upstream) {
    if (upstream) {
        copy(tensor, channels_last_from_first, upstream, tensor->gradient);
        return;
    }
    size_t count = shape_count(tensor->shape);
    for (size_t i = 0; i < count; i++)
        tensor->gradient[i] = 1;
}

/* The tensor that holds these values after the fusions. */
static const Tensor *standing_for(const Tensor *tensor) {
    while (tensor->replaced_by)
        tensor = tensor->replaced_by;
    return tensor;
}

static bool is_kept(const Tensor *tensor) {
    return tensor->kept && !tensor->holds_others;
}

void tensor_read(const Tensor *tensor, float *values) {
    const Tensor *source = standing_for(tensor);
    require(source->values && (is_kept(tensor) || !tensor->operation),
            "%s: its values are not kept; call tensor_keep() before graph_compile()", tensor->name);
    copy(source, channels_first_from_last, source->values, values);
}

void tensor_read_gradient(const Tensor *tensor, float *gradient) {
    const Tensor *source = standing_for(tensor);
    require(is_kept(tensor),
            "%s: its gradient is not kept; call tensor_keep() before graph_compile()",
            tensor->name);
    require(source->gradient,
            "%s: it has no gradient; compile with backward, for a target that depends on it, and "
            "not as on labels",
            tensor->name);
    copy(source, channels_first_from_last, source->gradient, gradient);
}

Groups tensor_groups(const Tensor *tensor) {
    Groups groups = tensor->graph->options.groups;
    int count = groups_count(groups), batch = tensor->shape.size[0];
    require((count & (count - 1)) == 0 && batch % count == 0,
            "%s: a batch of %d images in %d groups; use a power of two that divides the batch",
            tensor->name, batch, count);
    return groups;
}

void graph_reserve_workspace(Graph *graph, size_t bytes) {
    graph->workspace_bytes = max_size(graph->workspace_bytes, bytes);
}

float *graph_constants(Graph *graph, size_t floats) {
    graph->constant_bytes += floats * sizeof(float);
    return arena_alloc(graph->arena, floats * sizeof(float));
}

Tensor *tensor_read_source(Tensor *tensor) {
    return tensor->only_statistics ? tensor->inputs[0] : tensor;
}

float *input_gradient(const Tensor *tensor) {
    return tensor->inputs[0]->has_gradient ? tensor->inputs[0]->gradient : NULL;
}

size_t graph_memory(const Graph *graph) {
    return graph->memory_bytes + graph->workspace_bytes + graph->staging_bytes +
           graph->constant_bytes + graph->gradients.most_bytes;
}
