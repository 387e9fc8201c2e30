/* Expect: crashed: printed without end */
#include "pieces/loops.h"

#include <stdio.h>

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    (void)inputs, (void)shape, (void)paddings, (void)outputs;
    for (;;)
        puts("Where am I? I should be somewhere else by now, with all of this work behind me.");
}
