/* Expect: does not compile: conflicting types */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], float *outputs) {
    outputs[0] = inputs[0] + (float)shape[0];
}
