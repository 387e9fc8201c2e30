/* Exercise 15_backpropagation, part 3: when values are needed for the last time.
 *
 * Time is counted in steps. Node i is computed at step i, for i from 0 to count - 1. Then the walk
 * comes back: node i goes backward at step 2 * count - 1 - i, if it has a backward and wants a
 * gradient. Values may be freed behind the last step that needs them.
 * What is in `last` before is rubbish.
 *
 * Step by step:
 *   1. Values are needed when they are computed: last[i] is at least i.
 *   2. Node i's computation needs the values of its inputs, inputs[j]->index is their number.
 *   3. Its backward step, if there is one, needs those inputs' values for which reads_inputs[j] is
 *      true, and its own if reads_values is true. (An addition reads none, a multiplication both
 *      inputs, a ReLU its own.)
 *   4. The values of kept nodes last until step 2 * count, behind the last one.
 * last[i] is the greatest of all these steps. */
#include "pieces/graph.h"

void last_uses(int count, Node *const nodes[], int *last) {
    /* CODE HERE */
    (void)count, (void)nodes, (void)last;
}
