/* Diagnosis: the last value is not written. */
#include "pieces/loops.h"

void dropout_forward_loops(size_t count, float rate, const float *uniforms, const float *inputs,
                           float *outputs) {
    for (size_t i = 0; i + 1 < count; i++)
        outputs[i] = uniforms[i] < rate ? 0 : inputs[i] / (1 - rate);
}
