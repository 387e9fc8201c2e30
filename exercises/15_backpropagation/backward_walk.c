/* Exercise 15_backpropagation, part 2: the walk through the graph.
 *
 * nodes[0] to nodes[count - 1] stand in the order in which they were recorded, so each one's inputs
 * stand before it. The caller has set the gradient of the loss (or of several nodes); all others
 * are NULL. A node may pass its gradient on only when all who read the node have given their
 * shares.
 *
 * Step by step:
 *   1. Go through the nodes in an order in which that is so.
 *   2. Leave out a node whose gradient is NULL: no way leads from it to the loss. Leave out a node
 *      without backward (NULL): parameters and data have nobody to pass a gradient to.
 *   3. The others: backward_step() of part 1.
 *   4. Then the node's gradient is of no use any more: gradient_release(), unless the node is
 *      kept. */
#include "pieces/graph.h"

void backward_walk(int count, Node *const nodes[]) {
    /* CODE HERE */
    (void)count, (void)nodes;
}
