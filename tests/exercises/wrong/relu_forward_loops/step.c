/* Diagnosis: positive inputs become 1; they stay as they are. */
#include "pieces/loops.h"

void relu_forward_loops(size_t count, const float *inputs, float *outputs) {
    for (size_t i = 0; i < count; i++)
        outputs[i] = inputs[i] > 0;
}
