/* Diagnosis: the first value is never written: the index begins at 0. */
#include "pieces/loops.h"

void relu_forward_loops(size_t count, const float *inputs, float *outputs) {
    for (size_t i = 1; i < count; i++)
        outputs[i] = inputs[i] < 0 ? 0 : inputs[i]; /* a NaN passes, so it will be noticed */
}
