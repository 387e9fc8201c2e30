/* Expect: crashed: pointer */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    float *copy;
    copy[0] = inputs[0];
    outputs[shape[0] * paddings[0][0]] = copy[0];
}
