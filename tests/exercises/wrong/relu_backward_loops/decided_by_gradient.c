/* Diagnosis: the sign of d_outputs decides; the sign of the input must, for the input is what
 * ReLU cut off. */
#include "pieces/loops.h"

void relu_backward_loops(size_t count, const float *inputs, const float *d_outputs,
                         float *d_inputs) {
    for (size_t i = 0; i < count; i++)
        d_inputs[i] = d_outputs[i] > 0 ? d_outputs[i] : 0;
}
