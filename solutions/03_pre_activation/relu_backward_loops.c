/* Exercise 03_pre_activation, part 2: the gradient of ReLU.
 *
 * inputs are the values that the forward pass was given. Where an input was above 0, the output was
 * the input itself, so the output's gradient is the input's too. Where it was below 0, the output
 * was 0 whatever the input did, so the input's gradient is 0. At exactly 0 there is a corner and no
 * derivative; take 0, as everybody does.
 *
 * Step by step:
 *   1. A loop over all `count` values.
 *   2. Decide by the input; pass on d_outputs or write 0 to d_inputs. */
#include "pieces/loops.h"

void relu_backward_loops(size_t count, const float *inputs, const float *d_outputs,
                         float *d_inputs) {
    /* stub: */
    for (size_t i = 0; i < count; i++)
        d_inputs[i] = inputs[i] > 0 ? d_outputs[i] : 0;
}
