/* Diagnosis: the last value is never written: the loop ends one too early. */
#include "pieces/loops.h"

void relu_backward_loops(size_t count, const float *inputs, const float *d_outputs,
                         float *d_inputs) {
    for (size_t i = 0; i + 1 < count; i++)
        d_inputs[i] = inputs[i] > 0 ? d_outputs[i] : 0;
}
