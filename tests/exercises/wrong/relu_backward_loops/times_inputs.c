/* Diagnosis: the gradient is multiplied by the input; the slope of ReLU is 1 there, not the
 * input. */
#include "pieces/loops.h"

void relu_backward_loops(size_t count, const float *inputs, const float *d_outputs,
                         float *d_inputs) {
    for (size_t i = 0; i < count; i++)
        d_inputs[i] = inputs[i] > 0 ? d_outputs[i] * inputs[i] : 0;
}
