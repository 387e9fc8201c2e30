/* Diagnosis: the values that are kept are not divided by 1 - rate. */
#include "pieces/loops.h"

void dropout_forward_loops(size_t count, float rate, const float *uniforms, const float *inputs,
                           float *outputs) {
    for (size_t i = 0; i < count; i++)
        outputs[i] = uniforms[i] < rate ? 0 : inputs[i];
}
