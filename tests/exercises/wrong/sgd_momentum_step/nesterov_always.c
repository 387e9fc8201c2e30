/* Diagnosis: Nesterov's momentum is used always, not only when options.nesterov says so. */
#include "pieces/training.h"

void sgd_momentum_step(size_t count, SgdOptions options, float weight_decay, const float *gradients,
                       float *values, float *velocity) {
    for (size_t i = 0; i < count; i++) {
        float gradient = gradients[i] + weight_decay * values[i];
        velocity[i] = options.momentum * velocity[i] + gradient;

        /* Nesterov: as if the momentum had been added before the gradient was taken. */
        float step = gradient + options.momentum * velocity[i];
        values[i] -= options.learning_rate * step;
    }
}
