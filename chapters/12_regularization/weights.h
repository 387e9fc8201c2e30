/* Regularisers that change the kernels' weights themselves: an L1 penalty and rounding. */
#ifndef CHAPTER_12_WEIGHTS_H
#define CHAPTER_12_WEIGHTS_H

#include "graph/params.h"

/* One proximal step for the penalty threshold * sum |w|: each weight moves towards 0 by the
 * threshold, and stops there (Daubechies et al. 2004). */
void soft_threshold(size_t count, float threshold, float *weights);

/* Rounds to 2^bits - 1 values, equally far apart, from -max |w| to max |w|. With 1 bit there are
 * two: the mean of |w|, with the weight's sign (Rastegari et al. 2016). */
void round_weights(size_t count, int bits, const float *weights, float *rounded);

/* round_weights() on each kernel. */
void weights_round(Params *params, int bits);

/* The fraction of all kernels' weights that are 0. */
double weights_zeros(const Params *params);

typedef struct WeightRules {
    float l1; /* 0: none */
    float
        momentum; /* of the training: a gradient counts 1 / (1 - momentum) times, so L1 does, too */
    int bits;     /* 0: none */
    Params *exact, *rounded; /* before and after the last rounding; NULL before the first one */
} WeightRules;

/* An AfterStep (training/trainer_options.h); state is WeightRules. Where weights are rounded, the
 * step's change, which the rounded weights' gradients made, is added to the exact ones, and these
 * are rounded anew: the straight-through estimator (Courbariaux et al. 2015). */
void weight_rules_apply(void *state, Params *params, float learning_rate);
void weight_rules_free(WeightRules *rules);

#endif
