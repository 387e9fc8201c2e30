/* Expect: does not compile: undefined reference */
#include "pieces/loops.h"

void copy_rows(const float *inputs, const int shape[4], const int paddings[4][2], float *outputs);

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    copy_rows(inputs, shape, paddings, outputs);
}
