/* A graph as the backward walk sees it: nodes in the order in which they were computed, each made
 * of the values of earlier ones. pieces/graph.h says what is done with them. */
#ifndef GRAPH_NODE_H
#define GRAPH_NODE_H

#include <stdbool.h>
#include <stddef.h>

enum { NODE_INPUTS = 2 };

/* What the gradients of a graph take, in bytes: now, and at most. */
typedef struct GradientMemory {
    size_t bytes, most_bytes;
} GradientMemory;

typedef struct Node Node;

/* Adds what the node's gradient means for its inputs. For each inputs[j] that wants a gradient:
 *     inputs[j]->gradient = share       if not add[j]
 *     inputs[j]->gradient += share      if add[j],
 * with share = node->gradient times the derivative of the node's values by inputs[j]'s. All
 * gradients that it reads or writes must have memory. */
typedef void NodeBackward(Node *node, const bool add[NODE_INPUTS]);

struct Node {
    const char *name;
    int index;                 /* its place in the order of recording, from 0 on */
    Node *inputs[NODE_INPUTS]; /* NULL behind the last one; the same node may stand there twice */
    size_t count;              /* of the values, and of the gradient's */
    float *values;
    float *gradient;                /* NULL: no share of it has arrived */
    bool wants_gradient;            /* it is a parameter, or made of one; else data */
    bool kept;                      /* somebody reads its values and its gradient after the walk */
    bool reads_inputs[NODE_INPUTS]; /* what backward reads: the values of inputs[j] ... */
    bool reads_values;              /* ... and its own */
    NodeBackward *backward;         /* NULL: a parameter or data */
    void *owner;                    /* for backward */
    GradientMemory *memory;
};

/* The gradients of all nodes that want one, from those that are set: pieces/graph.h has the
 * contract. */
typedef void BackwardWalk(int count, Node *const nodes[]);

/* Gives the node's gradient memory. What stands in it is not 0: these are NaN, until they are
 * written. Ends the program if it has memory already. */
void gradient_take(Node *node);

/* Gives the memory back; gradient is NULL from now on. Ends the program if it has none. */
void gradient_release(Node *node);

#endif
