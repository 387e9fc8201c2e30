/* Expect: does not compile: Write `static` before it */
#include "pieces/loops.h"

float helper(const float *inputs);
float helper(const float *inputs) {
    return inputs[0];
}

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    outputs[0] = helper(inputs) + (float)(shape[0] + paddings[0][0]);
}
