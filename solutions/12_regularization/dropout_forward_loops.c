/* Exercise 12_regularization, part 1: dropout.
 *
 * Each value is lost with probability `rate`. What is left is made larger, so that the expected
 * value stays what it was; then nothing need be done at inference. This is called inverted dropout:
 *     outputs(i) = 0                        where uniforms(i) < rate,
 *     outputs(i) = inputs(i) / (1 - rate)   elsewhere.
 *
 * uniforms holds a random number between 0 and 1 for each value, drawn by the caller: so the
 * gradient can lose the very same values, by calling this function once more, with d_outputs.
 *
 * Step by step: one loop over all `count` values; in it, the choice between the two lines above.
 * Write every output, the zeros too. */
#include "pieces/loops.h"

void dropout_forward_loops(size_t count, float rate, const float *uniforms, const float *inputs,
                           float *outputs) {
    /* stub: */
    for (size_t i = 0; i < count; i++)
        outputs[i] = uniforms[i] < rate ? 0 : inputs[i] / (1 - rate);
}
