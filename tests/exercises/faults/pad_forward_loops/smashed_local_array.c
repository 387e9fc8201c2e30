/* Expect: crashed: stack smashing */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    (void)inputs, (void)shape, (void)paddings, (void)outputs;
    float copy[4];
    for (int i = 0; i < 64; i++)
        ((volatile float *)copy)[i] = inputs[0];
}
