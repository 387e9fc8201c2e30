/* Expect: crashed: wrote through a NULL pointer */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    float *copy = NULL;
    *copy = inputs[shape[0] - shape[0] + paddings[0][0]];
    outputs[0] = *copy;
}
