/* What the tests of batch normalisation share: random arrays and float64 references. */
#ifndef TESTS_BATCH_NORM_CASE_H
#define TESTS_BATCH_NORM_CASE_H

#include "kernels/batch_norm.h"

/* Random values for all that goes in, channels_last. mean and variance are near the inputs' but not
 * theirs; scale and shift are made of them. */
typedef struct BatchNormCase {
    int positions, channels;
    size_t count; /* positions * channels */
    float epsilon;
    float *inputs, *gamma, *beta, *mean, *variance, *scale, *shift, *d_outputs;
} BatchNormCase;

BatchNormCase batch_norm_case_new(int positions, int channels);

/* The mean and the biased variance of each channel, in two passes. */
void batch_norm_reference_statistics(int positions, int channels, const float *inputs, double *mean,
                                     double *variance);

/* Gradients, and the sums of the absolute values of their terms. */
typedef struct BatchNormGradients {
    double *inputs, *inputs_size, *gamma, *gamma_size, *beta, *beta_size;
} BatchNormGradients;

BatchNormGradients batch_norm_gradients_new(const BatchNormCase *c);

/* The equations of pieces/loops.h for the gradients d_outputs of the normalised values. */
void batch_norm_reference(const BatchNormCase *c, bool is_training, const float *d_outputs,
                          BatchNormGradients *gradients);

/* How d_inputs is used. */
typedef enum Target { FRESH, ACCUMULATED, IN_PLACE } Target;

#endif
