/* Diagnosis: the learning rate is put into the velocity; it belongs to the update of the value
 * alone. */
#include "pieces/training.h"

void sgd_momentum_step(size_t count, SgdOptions options, float weight_decay, const float *gradients,
                       float *values, float *velocity) {
    for (size_t i = 0; i < count; i++) {
        float gradient = gradients[i] + weight_decay * values[i];
        velocity[i] = options.momentum * velocity[i] + options.learning_rate * gradient;

        /* Nesterov: as if the momentum had been added before the gradient was taken. */
        float step = options.nesterov
                         ? options.learning_rate * gradient + options.momentum * velocity[i]
                         : velocity[i];
        values[i] -= step;
    }
}
