/* Vectorised batch normalisation, channels_last: inputs (P, C) with P = N * H * W positions.
 *
 * One pass finds the statistics, a second applies them. A ReLU behind them needs no memory, because
 * its gradient needs only the sign of inputs * scale + shift, which is computed again. Statistics
 * are made per chunk of positions (mean and sum of squared differences) and combined in a fixed
 * order (Chan et al. 1979), so the bits do not depend on the number of threads and nothing cancels
 * when the mean is large. Those of groups of images are combined along a tree (kernels/groups.h),
 * over all processes: mean, variance and the gradients' sums are the whole batch's. The textbook
 * twin: pieces/loops.h. */
#ifndef KERNELS_BATCH_NORM_H
#define KERNELS_BATCH_NORM_H

#include "kernels/groups.h"
#include "kernels/shapes.h"

/* The positions of this process, in groups of equal size. */
typedef struct BatchNormSize {
    int positions, channels;
    Groups groups;
} BatchNormSize;

/* Bytes of workspace for the functions below. */
size_t batch_norm_workspace(BatchNormSize size);

/* mean (C) and the biased variance (C) of inputs (P, C). */
void batch_norm_statistics(BatchNormSize size, const float *inputs, float *mean, float *variance,
                           void *workspace);

/* scale(c) = gamma(c) / sqrt(variance(c) + epsilon), shift(c) = beta(c) - mean(c) * scale(c). */
void batch_norm_affine(int channels, float epsilon, const float *gamma, const float *beta,
                       const float *mean, const float *variance, float *scale, float *shift);

/* outputs = inputs * scale + shift or, with relu, max(0, inputs * scale + shift). outputs may be
 * inputs. */
void batch_norm_apply(int positions, int channels, bool relu, const float *inputs,
                      const float *scale, const float *shift, float *outputs);

/* What the gradient needs from the forward pass. */
typedef struct BatchNormSaved {
    bool is_training, relu;
    float epsilon;
    const float *inputs, *gamma, *mean, *variance;
    const float *scale, *shift; /* with relu: d_outputs counts where inputs * scale + shift > 0 */
} BatchNormSaved;

/* Writes d_gamma, d_beta and d_inputs, or with accumulate adds to d_inputs; equations:
 * pieces/loops.h. d_inputs may be NULL, and may be d_outputs without accumulate. Each process
 * writes its equal share of d_gamma and d_beta: as of all parameters' gradients, the sum over the
 * processes counts. */
void batch_norm_backward(BatchNormSize size, const BatchNormSaved *saved, const float *d_outputs,
                         bool accumulate, float *d_inputs, float *d_gamma, float *d_beta,
                         void *workspace);

#endif
