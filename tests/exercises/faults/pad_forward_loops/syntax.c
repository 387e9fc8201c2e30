/* Expect: does not compile: expected */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    (void)inputs, (void)shape, (void)paddings, (void)outputs;
    for (int i = 0; i < 4; i++ {
    }
}
