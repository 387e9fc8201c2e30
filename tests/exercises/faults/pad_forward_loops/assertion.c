/* Expect: crashed: shape[0] > 1000 */
#include "pieces/loops.h"

#include <assert.h>

void pad_forward_loops(const float *inputs, const int shape[4], const int paddings[4][2],
                       float *outputs) {
    (void)inputs, (void)shape, (void)paddings, (void)outputs;
    assert(shape[0] > 1000);
}
