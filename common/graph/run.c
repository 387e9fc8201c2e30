/* Compiling and running a recorded graph. */
#include "graph/graph.h"

#include "base/clock.h"
#include "base/error.h"
#include "graph/operation.h"

#include <math.h>
#include <omp.h>

/* What is only recorded may have any number of values: tables and figures need no memory. */
static void require_possible_shapes(const Graph *graph) {
    char text[SHAPE_TEXT];
    for (int i = 0; i < graph->count; i++)
        require(shape_is_possible(graph->tensors[i]->shape),
                "%s: a tensor of shape %s has too many values to be computed; use a smaller batch "
                "or image",
                graph->tensors[i]->name, shape_text(graph->tensors[i]->shape, text));
}

void graph_compile(Graph *graph, Tensor *target, bool backward) {
    require(target && target->graph == graph,
            "graph_compile: the target is not of this graph; name one of its tensors");
    require(!graph->compiled, "%s: the graph is compiled already; record another", target->name);
    require(!backward || !graph->options.constant_parameters,
            "%s: a graph of constant parameters has no backward pass; compile without one, or "
            "record it without constant_parameters",
            target->name);
    require_possible_shapes(graph);
    graph->backward = backward;
    target->kept = true;
    if (backward)
        params_allocate_training(graph->params);
    else
        params_allocate(graph->params);
    for (int i = 0; i < graph->count && !graph->options.loops; i++) {
        Tensor *tensor = graph->tensors[i];
        if (tensor->operation && tensor->operation->fuse)
            tensor->operation->fuse(tensor);
    }
    while (target->replaced_by)
        target = target->replaced_by;
    graph->target = target;
    for (int i = 0; i < graph->count; i++) {
        Tensor *tensor = graph->tensors[i];
        if (!tensor->replaced_by && tensor->operation && tensor->operation->prepare)
            tensor->operation->prepare(tensor);
    }
    graph_plan(graph);
    if (backward && graph->options.walk)
        graph_walk_prepare(graph);
    graph->workspace = memory_new(graph->workspace_bytes, 1);
    graph->workspace_threads = omp_get_max_threads();
    graph->staging = memory_new(graph->staging_bytes, 1);
    graph->compiled = true;
}

static void require_threads(const Graph *graph) {
    require(omp_get_max_threads() <= graph->workspace_threads,
            "%s: %d threads, but its graph was compiled for %d; set the number of threads before "
            "graph_compile()",
            graph->target->name, omp_get_max_threads(), graph->workspace_threads);
}

static void run_forward(Tensor *tensor) {
    const Operation *operation = tensor->operation;
    bool loops = tensor->graph->options.loops && operation->loops_forward;
    (loops ? operation->loops_forward : operation->forward)(tensor);
}

static bool is_finite(const float *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

/* Runs the graph again, and looks at each operation before its outputs make way for others. To the
 * end, so that backward finds what a forward run leaves. */
static const char *find_not_finite(const Graph *graph) {
    const char *first = NULL;
    for (int i = 0; i < graph->num_forward_steps; i++) {
        Tensor *tensor = graph->forward_steps[i];
        for (int j = 0; j < MAX_PARAMETERS && !first; j++) {
            const Parameter *parameter = tensor->parameters[j];
            if (parameter && !is_finite(parameter_values(parameter), parameter->count))
                first = parameter->name;
        }
        run_forward(tensor);
        if (!first && !tensor->only_statistics &&
            !is_finite(tensor->values, shape_count(tensor->shape)))
            first = tensor->name;
    }
    return first ? first : graph->target->name;
}

const char *graph_not_finite(const Graph *graph) {
    return graph->not_finite;
}

void graph_set_run(Graph *graph, uint64_t run) {
    graph->run = run;
}

void graph_forward(Graph *graph) {
    require(graph->compiled, "graph_forward: compile the graph first");
    require_threads(graph);
    graph->run++;
    for (int i = 0; i < graph->num_forward_steps; i++) {
        Tensor *tensor = graph->forward_steps[i];
        double start = graph->profile ? clock_seconds() : 0;
        run_forward(tensor);
        if (graph->profile)
            tensor->forward_seconds += clock_seconds() - start;
    }
    bool is_loss = shape_count(graph->target->shape) == 1;
    /* Processes would not all look as far, and wait for each other in vain. */
    bool may_search = groups_processes(graph->options.groups) == 1;
    if (is_loss && !graph->not_finite && !isfinite(graph->target->values[0]))
        graph->not_finite = may_search ? find_not_finite(graph) : graph->target->name;
}

void graph_backward(Graph *graph, const float *upstream) {
    require(graph->compiled && graph->backward,
            "graph_backward: compile the graph with backward first");
    require(graph->target->has_gradient,
            "%s depends on no parameter and no kept input: there is "
            "nothing to differentiate",
            graph->target->name);
    require_threads(graph);
    if (graph->options.walk) {
        graph_walk(graph, upstream);
        return;
    }
    tensor_write_upstream(graph->target, upstream);
    for (int i = 0; i < graph->num_backward_steps; i++)
        backward_step_run(&graph->backward_steps[i]);
}
