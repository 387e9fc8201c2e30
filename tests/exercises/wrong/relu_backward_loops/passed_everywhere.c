/* Diagnosis: the gradient passes everywhere; where the input is not above 0, it is 0. */
#include "pieces/loops.h"

void relu_backward_loops(size_t count, const float *inputs, const float *d_outputs,
                         float *d_inputs) {
    for (size_t i = 0; i < count; i++)
        d_inputs[i] = d_outputs[i];
}
