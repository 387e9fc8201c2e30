/* Diagnosis: the negative values are kept and the positive ones become 0; it is the other way
 * round. */
#include "pieces/loops.h"

void relu_forward_loops(size_t count, const float *inputs, float *outputs) {
    for (size_t i = 0; i < count; i++)
        outputs[i] = inputs[i] > 0 ? 0 : inputs[i];
}
