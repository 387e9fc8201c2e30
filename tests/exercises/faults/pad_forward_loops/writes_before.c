/* Expect: wrong: wrote before the array: outputs[-1] */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    for (int i = -1; i < 16; i++)
        outputs[i] = inputs[0] + (float)(shape[0] + paddings[0][0]);
}
