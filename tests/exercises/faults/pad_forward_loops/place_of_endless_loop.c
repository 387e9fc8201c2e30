/* Expect: timed out: place_of_endless_loop.c: */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    for (int i = 0; i < 10; i += shape[0] * paddings[0][0])
        outputs[0] = inputs[0];
}
