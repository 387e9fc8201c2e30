/* Exercise 01_padding, part 1: zeros around an array.
 *
 * inputs has four axes of shape[0], shape[1], shape[2], shape[3] values, the last axis contiguous
 * in memory: the value at (i, j, k, l) is
 *     inputs[((i * shape[1] + j) * shape[2] + k) * shape[3] + l].
 * Along axis a, the outputs have paddings[a][0] zeros before the inputs' values and paddings[a][1]
 * zeros after them.
 *
 * Step by step:
 *   1. How long is each axis of the outputs?
 *   2. Set every output to 0. What is in outputs when the function is called is rubbish.
 *   3. Four loops over the inputs: copy each value to where it belongs in the outputs. Its index
 *      there is its index in the inputs plus the zeros before it, axis by axis; its place in memory
 *      is counted with the outputs' sizes.
 *
 * You need not know which axes are height and width: the paddings say where zeros go, so the same
 * loops serve channels_last and channels_first. */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    /* CODE HERE */
}
