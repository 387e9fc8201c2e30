/* Expect: crashed: through a NULL pointer */
#include "pieces/loops.h"

#include <stdlib.h>

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    (void)inputs, (void)shape, (void)paddings, (void)outputs;
    for (;;) {
        char *volatile block = malloc(64 << 20);
        block[0] = 1;
        outputs[0] = block[0];
    }
}
