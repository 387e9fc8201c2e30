/* Exercise 15_backpropagation, part 1: one node passes its gradient on.
 *
 * The node's gradient is complete. node->backward(node, add) works out what it means for the
 * inputs, their shares. Into inputs[j]->gradient it writes the share (add[j] is false: =) or adds
 * it to what stands there (add[j] is true: +=). Which of the two is right, you decide: a node that
 * is read twice has a gradient of two shares, and the second must not replace the first.
 *
 * Step by step, for each j from 0 to NODE_INPUTS - 1:
 *   1. Leave out inputs[j] if there is none (NULL), or if it wants no gradient (wants_gradient).
 *   2. If no share has come to it yet, its gradient is NULL: give it memory by gradient_take().
 *      What stands there is not 0, so the share is to be written.
 *   3. Otherwise the share is to be added.
 * Then call node->backward once. */
#include "pieces/graph.h"

void backward_step(Node *node) {
    /* stub: (void)node; */
    bool add[NODE_INPUTS] = {false};
    for (int j = 0; j < NODE_INPUTS; j++) {
        Node *input = node->inputs[j];
        if (!input || !input->wants_gradient)
            continue;
        add[j] = input->gradient != NULL;
        if (!add[j])
            gradient_take(input);
    }
    node->backward(node, add);
}
