/* Diagnosis: the last value is never written: the loop ends one too early. */
#include "pieces/loops.h"

void relu_forward_loops(size_t count, const float *inputs, float *outputs) {
    for (size_t i = 0; i + 1 < count; i++)
        outputs[i] = inputs[i] < 0 ? 0 : inputs[i]; /* a NaN passes, so it will be noticed */
}
