/* Diagnosis: gradients of negative inputs are never written; they must be set to 0, for the
 * array holds rubbish before. */
#include "pieces/loops.h"

void relu_backward_loops(size_t count, const float *inputs, const float *d_outputs,
                         float *d_inputs) {
    for (size_t i = 0; i < count; i++)
        if (inputs[i] > 0)
            d_inputs[i] = d_outputs[i];
}
