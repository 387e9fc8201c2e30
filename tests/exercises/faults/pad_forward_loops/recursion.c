/* Expect: crashed: ran out of stack */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    pad_forward_loops(inputs, shape, paddings, outputs);
    outputs[0] = inputs[0];
}
