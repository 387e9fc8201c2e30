/* Diagnosis: half of the gradient passes at an input of exactly 0; the course, as most
 * libraries, takes 0 there. */
#include "pieces/loops.h"

void relu_backward_loops(size_t count, const float *inputs, const float *d_outputs,
                         float *d_inputs) {
    for (size_t i = 0; i < count; i++)
        d_inputs[i] = inputs[i] > 0 ? d_outputs[i] : inputs[i] < 0 ? 0 : d_outputs[i] / 2;
}
