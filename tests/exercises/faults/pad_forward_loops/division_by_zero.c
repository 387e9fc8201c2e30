/* Expect: crashed: divided a whole number by zero */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    outputs[0] = inputs[shape[0] / paddings[0][0]];
}
