/* Exercise 08_training, part 7: averaged weights.
 *
 * While the learning rate is high, the weights wander about a good place without settling in it.
 * Their average over the last steps is nearer to it. After each step of training, with the `count`
 * values as they are now:
 *     average = decay * average + (1 - decay) * value
 *
 * Step by step: one loop; averages is changed in place, and values are only read: the training goes
 * on with them as if nobody averaged. */
#include "pieces/training.h"

void average_weights(size_t count, float decay, const float *values, float *averages) {
    /* stub: (void)count, (void)decay, (void)values, (void)averages; */
    for (size_t i = 0; i < count; i++)
        averages[i] += (1 - decay) * (values[i] - averages[i]);
}
