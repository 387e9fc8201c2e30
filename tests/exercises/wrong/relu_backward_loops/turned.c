/* Diagnosis: the gradient passes where the input is negative; it passes where it is above 0. */
#include "pieces/loops.h"

void relu_backward_loops(size_t count, const float *inputs, const float *d_outputs,
                         float *d_inputs) {
    for (size_t i = 0; i < count; i++)
        d_inputs[i] = inputs[i] < 0 ? d_outputs[i] : 0;
}
