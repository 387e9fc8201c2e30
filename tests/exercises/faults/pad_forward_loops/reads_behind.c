/* Expect: crashed: read inputs[4], outside the array, which has 4 values */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    for (int i = 0; i < 16; i++)
        outputs[i] = inputs[i] + (float)(shape[0] + paddings[0][0]);
}
