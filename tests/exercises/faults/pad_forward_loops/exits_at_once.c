/* Expect: crashed: ended the program */
#include "pieces/loops.h"

#include <unistd.h>

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    (void)inputs, (void)shape, (void)paddings, (void)outputs;
    _exit(0);
}
