/* Muon (Jordan 2024): a kernel's step has the directions of its velocity, each of the same length.
 *
 * A kernel (R, S, C, K) is a matrix of R * S * C rows and K columns, U diag(s) V' by its singular
 * values. Gradient descent goes far along the few directions of large s and hardly along all
 * others; Muon's step is about U V'. */
#ifndef TRAINING_MUON_H
#define TRAINING_MUON_H

#include "pieces/training.h"

/* One step on a kernel of (rows, columns):
 *     velocity = momentum * velocity + gradients
 *     step = orthogonalize(nesterov ? gradients + momentum * velocity : velocity)
 *     values = (values * sqrt(min(rows, columns)) / |values|) - learning_rate * step.
 * The length that values are brought back to makes learning_rate a part of it. */
void muon_step(int rows, int columns, SgdOptions options, const float *gradients, float *values,
               float *velocity);

#endif
