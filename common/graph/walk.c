/* Backward by a walk that the caller supplies (GraphOptions.walk). Each tensor that is in memory,
 * or that its readers compute, is a node. */
#include "base/error.h"
#include "graph/operation.h"

#include <string.h>

/* Operations find gradients in their tensors. */
static void lend_gradients(const Node *node) {
    ((Tensor *)node->owner)->gradient = node->gradient;
    for (int j = 0; j < NODE_INPUTS && node->inputs[j]; j++)
        ((Tensor *)node->inputs[j]->owner)->gradient = node->inputs[j]->gradient;
}

/* Whether the operation's own backward writes the share of input j. */
static bool writes_share(const Tensor *tensor, int j) {
    const Operation *operation = tensor->operation;
    return tensor->inputs[j] && tensor->inputs[j]->has_gradient &&
           !((operation->passes_gradient | operation->data_inputs) >> j & 1);
}

/* The share of input j where it does not: the gradient itself, or none. */
static void pass_share(Tensor *tensor, int j, bool add) {
    Tensor *input = tensor->inputs[j];
    if (tensor->operation->passes_gradient >> j & 1)
        backward_step_run(&(BackwardStep){.tensor = input, .source = tensor, .accumulate = add});
    else if ((tensor->operation->data_inputs >> j & 1) && !add)
        memset(input->gradient, 0, shape_count(input->shape) * sizeof(float));
}

static void node_backward(Node *node, const bool add[NODE_INPUTS]) {
    Tensor *tensor = node->owner;
    lend_gradients(node);
    bool runs = tensor->parameters[0] != NULL;
    for (int j = 0; j < NODE_INPUTS && node->inputs[j]; j++) {
        require(!node->inputs[j]->wants_gradient || node->inputs[j]->gradient,
                "%s: its backward is called, but the gradient of its input %s has no memory; "
                "gradient_take() comes first",
                node->name, node->inputs[j]->name);
        tensor->accumulate[j] = add[j] && writes_share(tensor, j);
        runs |= writes_share(tensor, j);
    }
    if (runs && tensor->operation->backward)
        backward_step_run(&(BackwardStep){.tensor = tensor});
    for (int j = 0; j < NODE_INPUTS && node->inputs[j]; j++)
        if (tensor->inputs[j]->has_gradient)
            pass_share(tensor, j, add[j]);
}

static void node_fill(const Graph *graph, Node *node, Tensor *tensor, GradientMemory *memory) {
    const Operation *operation = tensor->operation;
    *node = (Node){.name = tensor->name,
                   .count = shape_count(tensor->shape),
                   .values = tensor->values,
                   .wants_gradient = tensor->has_gradient,
                   .kept = tensor->kept,
                   .reads_values = operation && operation->backward_reads_outputs,
                   .backward = operation ? node_backward : NULL,
                   .owner = tensor,
                   .memory = memory};
    for (int j = 0; j < NODE_INPUTS && tensor->inputs[j]; j++) {
        node->inputs[j] = &graph->nodes[tensor->inputs[j]->index];
        node->reads_inputs[j] = operation && operation->backward_reads_inputs >> j & 1;
    }
}

void graph_walk_prepare(Graph *graph) {
    _Static_assert((int)NODE_INPUTS == (int)MAX_INPUTS, "a node has as many inputs as a tensor");
    size_t count = (size_t)graph->count;
    graph->nodes = arena_alloc(graph->arena, count * sizeof *graph->nodes);
    graph->walked = arena_alloc(graph->arena, count * sizeof(Node *));
    int step = 0;
    for (int i = 0; i < graph->count; i++) {
        Tensor *tensor = graph->tensors[i];
        bool is_step = step < graph->num_forward_steps && graph->forward_steps[step] == tensor;
        step += is_step;
        if (!is_step && tensor->operation)
            continue;
        Node *node = &graph->nodes[i];
        node_fill(graph, node, tensor, &graph->gradients);
        node->index = graph->num_nodes;
        graph->walked[graph->num_nodes++] = node;
    }
}

Node *const *graph_nodes(const Graph *graph, int *count) {
    require(graph->nodes, "graph_nodes: compile the graph first, with a walk and with backward");
    *count = graph->num_nodes;
    return graph->walked;
}

void graph_walk(Graph *graph, const float *upstream) {
    graph_release_gradients(graph);
    Node *target = &graph->nodes[graph->target->index];
    gradient_take(target);
    graph->target->gradient = target->gradient;
    tensor_write_upstream(graph->target, upstream);
    graph->options.walk(graph->num_nodes, graph->walked);
    for (int i = 0; i < graph->num_nodes; i++) {
        const Node *node = graph->walked[i];
        ((Tensor *)node->owner)->gradient = node->gradient;
    }
}
