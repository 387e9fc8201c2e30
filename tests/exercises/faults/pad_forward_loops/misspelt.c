/* Expect: does not compile: does not define the function pad_forward_loops */
#include "pieces/loops.h"

void pad_forward_loop(const float *inputs, const int shape[4], const int paddings[4][2],
                      float *outputs);
void pad_forward_loop(const float *inputs, const int shape[4], const int paddings[4][2],
                      float *outputs) {
    outputs[0] = inputs[0] + (float)(shape[0] + paddings[0][0]);
}
