/* Expect: crashed: ran out of stack */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    volatile float copy[64 << 20];
    for (int i = 0; i < 64 << 20; i += 1024)
        copy[i] = inputs[0];
    outputs[0] = copy[shape[0] + paddings[0][0]];
}
