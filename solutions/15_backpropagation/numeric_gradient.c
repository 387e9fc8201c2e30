/* Exercise 15_backpropagation, part 4: the gradient by differences.
 *
 * L = sum over j of outputs(j) * d_outputs(j) is one number that depends on all inputs. Move one
 * input a little up and a little down and see by how much L changes: no derivative was worked out,
 * so none can be wrong.
 *
 * Step by step:
 *   1. Copy the inputs, since you may not change them, and make room for the outputs: memory_new()
 *      of base/memory.h.
 *   2. A helper that runs function->forward(function->context, ...) on the copy and returns L, a
 *      sum in double.
 *   3. For each input i: h = epsilon * max(1, |inputs(i)|). L with inputs(i) + h in its place, L
 *      with inputs(i) - h. Then put the old value back.
 *   4. gradient(i) = the difference of the two, over the difference of the two inputs. Both inputs
 *      are floats, so they are rounded: take their difference, in double, and not 2 * h.
 *   5. Free what you made. */
#include "pieces/gradient_check.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double loss_of(const Differentiable *function, const float *inputs, const float *d_outputs,
                      float *outputs) {
    function->forward(function->context, inputs, outputs);
    double sum = 0;
    for (size_t j = 0; j < function->num_outputs; j++)
        sum += (double)outputs[j] * (double)d_outputs[j];
    return sum;
}

void numeric_gradient(const Differentiable *function, const float *inputs, const float *d_outputs,
                      float epsilon, double *gradient) {
    /* stub: (void)function, (void)inputs, (void)d_outputs, (void)epsilon, (void)gradient; */
    size_t count = function->num_inputs;
    float *moved = memory_new(count, sizeof *moved);
    float *outputs = memory_new(function->num_outputs, sizeof *outputs);
    memcpy(moved, inputs, count * sizeof *moved);
    for (size_t i = 0; i < count; i++) {
        float h = epsilon * fmaxf(1, fabsf(inputs[i]));
        float up = inputs[i] + h, down = inputs[i] - h;
        moved[i] = up;
        double loss_up = loss_of(function, moved, d_outputs, outputs);
        moved[i] = down;
        double loss_down = loss_of(function, moved, d_outputs, outputs);
        moved[i] = inputs[i];
        gradient[i] = (loss_up - loss_down) / ((double)up - (double)down);
    }
    free(moved);
    free(outputs);
}
