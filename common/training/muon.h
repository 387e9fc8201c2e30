/* Muon (Jordan 2024): a kernel's step has the directions of its velocity, each of the same length.
 *
 * A kernel (R, S, C, K) is a matrix of R * S * C rows and K columns, U diag(s) V' by its singular
 * values. Gradient descent goes far along the few directions of large s and hardly along all
 * others; Muon's step is about U V'. */
#ifndef TRAINING_MUON_H
#define TRAINING_MUON_H

#include "pieces/training.h"

/* Room for what muon_step() computes on matrices of up to the size that was asked for. */
typedef struct MuonWorkspace MuonWorkspace;

MuonWorkspace *muon_workspace_new(int rows, int columns);
void muon_workspace_free(MuonWorkspace *workspace);

/* Replaces matrix (rows, columns) = U diag(s) V' by U diag(t) V' with each t near 1 (0.7 to 1.2 for
 * an s of more than a hundredth of the root of the sum of their squares): five times, beginning
 * with X = matrix / |matrix|,
 *     X = 3.4445 X - 4.7750 X X' X + 2.0315 X X' X X' X. */
void muon_orthogonalize(int rows, int columns, float *matrix, MuonWorkspace *workspace);

/* One step on a kernel of (rows, columns):
 *     velocity = momentum * velocity + gradients
 *     step = muon_orthogonalize(nesterov ? gradients + momentum * velocity : velocity)
 *     values = (values * sqrt(min(rows, columns)) / |values|) - learning_rate * step.
 * The length that values are brought back to makes learning_rate a part of it: where a batch norm
 * follows, only their direction matters. */
void muon_step(int rows, int columns, SgdOptions options, const float *gradients, float *values,
               float *velocity, MuonWorkspace *workspace);

#endif
