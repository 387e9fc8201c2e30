/* Diagnosis: the wrong values are lost: those whose uniform is below the rate must be 0, not the
 * others. */
#include "pieces/loops.h"

void dropout_forward_loops(size_t count, float rate, const float *uniforms, const float *inputs,
                           float *outputs) {
    for (size_t i = 0; i < count; i++)
        outputs[i] = uniforms[i] < rate ? inputs[i] / (1 - rate) : 0;
}
