/* Diagnosis: outputs of positive inputs are never written; the input is to be copied there. */
#include "pieces/loops.h"

void relu_forward_loops(size_t count, const float *inputs, float *outputs) {
    for (size_t i = 0; i < count; i++)
        if (inputs[i] < 0)
            outputs[i] = 0;
}
