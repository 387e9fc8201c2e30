/* Diagnosis: the new gradient is multiplied by 1 - momentum; in this form it is added whole. */
#include "pieces/training.h"

void sgd_momentum_step(size_t count, SgdOptions options, float weight_decay, const float *gradients,
                       float *values, float *velocity) {
    for (size_t i = 0; i < count; i++) {
        float gradient = gradients[i] + weight_decay * values[i];
        velocity[i] = options.momentum * velocity[i] + (1 - options.momentum) * gradient;

        /* Nesterov: as if the momentum had been added before the gradient was taken. */
        float step = options.nesterov ? gradient + options.momentum * velocity[i] : velocity[i];
        values[i] -= options.learning_rate * step;
    }
}
