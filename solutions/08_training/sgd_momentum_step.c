/* Exercise 08_training, part 3: one step downhill.
 *
 * For each of the `count` values, with its gradient and its velocity:
 *     g = gradient + weight_decay * value
 *     velocity = momentum * velocity + g
 *     value = value - learning_rate * velocity,
 * or, with Nesterov's momentum, value = value - learning_rate * (g + momentum * velocity), where
 * velocity is the new one.
 *
 * Step by step: one loop; g first, from the value as it was; then the velocity; then the value.
 * values and velocity are changed in place. */
#include "pieces/training.h"

void sgd_momentum_step(size_t count, SgdOptions options, float weight_decay, const float *gradients,
                       float *values, float *velocity) {
    /* stub: */
    for (size_t i = 0; i < count; i++) {
        float gradient = gradients[i] + weight_decay * values[i];
        velocity[i] = options.momentum * velocity[i] + gradient;

        /* Nesterov: as if the momentum had been added before the gradient was taken. */
        float step = options.nesterov ? gradient + options.momentum * velocity[i] : velocity[i];
        values[i] -= options.learning_rate * step;
    }
}
