#include "tape.h"

#include "base/error.h"
#include "base/memory.h"
#include "pieces/graph.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_NODES = 256 };

struct Tape {
    Arena *arena;
    Node *nodes[MOST_NODES];
    int count;
    GradientMemory memory;
};

Tape *tape_new(void) {
    Tape *tape = memory_new(1, sizeof *tape);
    tape->arena = arena_new();
    return tape;
}

void tape_free(Tape *tape) {
    for (int i = 0; i < tape->count; i++)
        if (tape->nodes[i]->gradient)
            gradient_release(tape->nodes[i]);
    arena_free(tape->arena);
    free(tape);
}

Node *const *tape_nodes(const Tape *tape, int *count) {
    *count = tape->count;
    return tape->nodes;
}

static Node *record(Tape *tape, const char *name, size_t count) {
    require(tape->count < MOST_NODES, "%s: more than %d nodes on one tape", name, MOST_NODES);
    Node *node = arena_alloc(tape->arena, sizeof *node);
    node->name = name;
    node->index = tape->count;
    node->count = count;
    node->values = arena_alloc(tape->arena, count * sizeof(float));
    node->memory = &tape->memory;
    tape->nodes[tape->count++] = node;
    return node;
}

Node *tape_value(Tape *tape, const char *name, size_t count, const float *values,
                 bool wants_gradient) {
    Node *node = record(tape, name, count);
    memcpy(node->values, values, count * sizeof(float));
    node->wants_gradient = node->kept = wants_gradient;
    return node;
}

/* b may be NULL. */
static Node *record_operation(Tape *tape, const char *name, NodeBackward *backward, Node *a,
                              Node *b) {
    require(!b || a->count == b->count, "%s: %zu values and %zu", name, a->count, b->count);
    Node *node = record(tape, name, a->count);
    node->inputs[0] = a;
    node->inputs[1] = b;
    node->wants_gradient = a->wants_gradient || (b && b->wants_gradient);
    node->backward = backward;
    return node;
}

/* Value i of the share of input j. */
static void pass(const Node *node, int j, bool add, size_t i, float share) {
    Node *input = node->inputs[j];
    if (input->wants_gradient)
        input->gradient[i] = add ? input->gradient[i] + share : share;
}

static void add_backward(Node *node, const bool add[NODE_INPUTS]) {
    for (size_t i = 0; i < node->count; i++) {
        pass(node, 0, add[0], i, node->gradient[i]);
        pass(node, 1, add[1], i, node->gradient[i]);
    }
}

Node *tape_add(Tape *tape, const char *name, Node *a, Node *b) {
    Node *node = record_operation(tape, name, add_backward, a, b);
    for (size_t i = 0; i < node->count; i++)
        node->values[i] = a->values[i] + b->values[i];
    return node;
}

static void multiply_backward(Node *node, const bool add[NODE_INPUTS]) {
    const float *a = node->inputs[0]->values, *b = node->inputs[1]->values;
    for (size_t i = 0; i < node->count; i++) {
        pass(node, 0, add[0], i, node->gradient[i] * b[i]);
        pass(node, 1, add[1], i, node->gradient[i] * a[i]);
    }
}

Node *tape_multiply(Tape *tape, const char *name, Node *a, Node *b) {
    Node *node = record_operation(tape, name, multiply_backward, a, b);
    node->reads_inputs[0] = node->reads_inputs[1] = true;
    for (size_t i = 0; i < node->count; i++)
        node->values[i] = a->values[i] * b->values[i];
    return node;
}

static void relu_backward(Node *node, const bool add[NODE_INPUTS]) {
    for (size_t i = 0; i < node->count; i++)
        pass(node, 0, add[0], i, node->values[i] > 0 ? node->gradient[i] : 0);
}

Node *tape_relu(Tape *tape, const char *name, Node *a) {
    Node *node = record_operation(tape, name, relu_backward, a, NULL);
    node->reads_values = true;
    for (size_t i = 0; i < node->count; i++)
        node->values[i] = a->values[i] > 0 ? a->values[i] : 0;
    return node;
}

size_t tape_backward(Tape *tape, Node *target) {
    target->kept = true;
    gradient_take(target);
    for (size_t i = 0; i < target->count; i++)
        target->gradient[i] = 1;
    backward_walk(tape->count, tape->nodes);
    return tape->memory.most_bytes;
}
