/* Expect: crashed: It used a pointer that holds no address */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    float *rows[2];
    rows[paddings[0][0]][0] = inputs[0];
    outputs[shape[0]] = rows[0][0];
}
