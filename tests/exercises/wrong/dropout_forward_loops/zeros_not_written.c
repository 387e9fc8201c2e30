/* Diagnosis: the zeros are not written. */
#include "pieces/loops.h"

void dropout_forward_loops(size_t count, float rate, const float *uniforms, const float *inputs,
                           float *outputs) {
    for (size_t i = 0; i < count; i++)
        if (uniforms[i] >= rate)
            outputs[i] = inputs[i] / (1 - rate);
}
