/* The pieces of backpropagation through a graph (Linnainmaa 1970). The program that links the
 * library supplies them; a graph with GraphOptions.walk runs backward by them. */
#ifndef PIECES_GRAPH_H
#define PIECES_GRAPH_H

#include "graph/node.h"

/* Passes the node's gradient, which is complete, on to its inputs by node->backward. An input that
 * wants a gradient and has none yet is given memory by gradient_take(), and its share is written
 * there; an input that has one gets its share added. If inputs[0] and inputs[1] are the same node,
 * the second share is added to the first. Inputs that want no gradient stay without. */
void backward_step(Node *node);

/* The gradients of all nodes that want one, from those that the caller has set (of one node or
 * more: gradient is not NULL). nodes[0] to nodes[count - 1] are in the order of recording: the
 * inputs of each stand before it. From the last to the first, each node that has a gradient and a
 * backward goes through backward_step(). Behind it its gradient is released, unless the node is
 * kept. No gradient has come to nodes from which no way leads to one that was set: they are left
 * out. */
void backward_walk(int count, Node *const nodes[]);

/* When each node's values are needed for the last time, in steps: node i is computed at step i, and
 * goes backward at step 2 * count - 1 - i, if it has a backward and wants a gradient. At the steps
 * of a node's computation its own values and its inputs' are needed; at its backward step those
 * that it reads (reads_inputs, reads_values). Values of kept nodes last until step 2 * count.
 * What is in `last` before is rubbish. */
void last_uses(int count, Node *const nodes[], int *last);

#endif
