/* Exercise 00_first_steps, part 1: the gradient of a line's loss.
 *
 * The line {w, b} answers y = w x + b. Over `count` examples, each an input and its target, the
 * loss is the mean of the squared errors:
 *     error(i) = w * inputs(i) + b - targets(i),
 *     loss = 1/count * sum of error(i)^2.
 * How the loss changes with w and with b:
 *     gradient[0] = d loss / d w = 2/count * sum of error(i) * inputs(i),
 *     gradient[1] = d loss / d b = 2/count * sum of error(i).
 *
 * Step by step; line[0] is w, line[1] is b:
 *   1. Set both gradients to 0. What is in them when the function is called is rubbish.
 *   2. One loop over the examples: compute the error, and add error * input to the first gradient
 *      and error to the second.
 *   3. Multiply both by 2.f / count. (2 / count is a division of whole numbers: 0 from 3 on.) */
#include "pieces/descent.h"

void line_gradient(const float line[2], int count, const float *inputs, const float *targets,
                   float gradient[2]) {
    /* stub: */
    gradient[0] = 0;
    gradient[1] = 0;
    for (int i = 0; i < count; i++) {
        float error = line[0] * inputs[i] + line[1] - targets[i];
        gradient[0] += error * inputs[i];
        gradient[1] += error;
    }
    gradient[0] *= 2.f / (float)count;
    gradient[1] *= 2.f / (float)count;
}
