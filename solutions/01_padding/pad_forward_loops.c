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
    /* stub: */
    int size[4]; /* of the outputs */
    for (int a = 0; a < 4; a++)
        size[a] = paddings[a][0] + shape[a] + paddings[a][1];

    size_t count = (size_t)size[0] * size[1] * size[2] * size[3];
    for (size_t i = 0; i < count; i++)
        outputs[i] = 0;

    /* The value at (i, j, k, l) moves by what is padded before it along each axis. */
    for (int i = 0; i < shape[0]; i++)
        for (int j = 0; j < shape[1]; j++)
            for (int k = 0; k < shape[2]; k++)
                for (int l = 0; l < shape[3]; l++) {
                    size_t from = (((size_t)i * shape[1] + j) * shape[2] + k) * shape[3] + l;
                    size_t to = (size_t)i + paddings[0][0];
                    to = to * size[1] + j + paddings[1][0];
                    to = to * size[2] + k + paddings[2][0];
                    to = to * size[3] + l + paddings[3][0];
                    outputs[to] = inputs[from];
                }
}
