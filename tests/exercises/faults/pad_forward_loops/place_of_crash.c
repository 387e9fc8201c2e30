/* Expect: crashed: place_of_crash.c:8 */
#include "pieces/loops.h"

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    float *copy = NULL;
    outputs[0] = inputs[0] + (float)(shape[0] + paddings[0][0]);
    *copy = outputs[0];
}
