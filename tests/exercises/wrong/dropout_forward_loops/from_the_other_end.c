/* Diagnosis: the values with the largest uniforms are lost; it must be those with a uniform below
 * the rate. */
#include "pieces/loops.h"

void dropout_forward_loops(size_t count, float rate, const float *uniforms, const float *inputs,
                           float *outputs) {
    for (size_t i = 0; i < count; i++)
        outputs[i] = uniforms[i] < 1 - rate ? inputs[i] / (1 - rate) : 0;
}
