/* Exercise 00_first_steps, part 2: one step downhill.
 *
 * Each of the `count` values moves a little against its gradient:
 *     values(i) = values(i) - learning_rate * gradients(i).
 *
 * One loop; size_t is C's type for sizes, a whole number that is never negative. The values are
 * changed in place; the gradients are only read. The function does not know what the values are:
 * the two numbers of a line, or the millions of a ResNet. */
#include "pieces/descent.h"

void gradient_descent_step(size_t count, float learning_rate, const float *gradients,
                           float *values) {
    /* stub: */
    for (size_t i = 0; i < count; i++)
        values[i] -= learning_rate * gradients[i];
}
