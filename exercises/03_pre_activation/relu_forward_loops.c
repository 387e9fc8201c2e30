/* Exercise 03_pre_activation, part 1: the rectifier, ReLU.
 *
 *     outputs = max(0, inputs), value by value; NaN stays NaN.
 *
 * Step by step:
 *   1. A loop over all `count` values, whatever shape they have. count is a size_t; let the index
 *      be one too.
 *   2. A negative input gives 0, any other itself, NaN too (not a number, what 0 / 0 gives: a
 *      training that went wrong must show it). So ask whether the input is below 0. Write every
 *      output, the zeros too: what is in the array when the function is called is rubbish. */
#include "pieces/loops.h"

void relu_forward_loops(size_t count, const float *inputs, float *outputs) {
    /* CODE HERE */
}
