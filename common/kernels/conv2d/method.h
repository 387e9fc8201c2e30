/* What the passes ask of a method, and the two methods: direct sums, and Winograd's, which makes
 * 3 x 3 windows with a quarter of the multiplications. passes.c alone chooses between them. */
#ifndef KERNELS_CONV2D_METHOD_H
#define KERNELS_CONV2D_METHOD_H

#include "kernels/conv2d/conv2d.h"
#include "kernels/conv2d/cut.h"

/* Correlations that read one source and together fill one target. bias (filters) and addend (like
 * the target) are added to the sums; either may be NULL. */
typedef struct CorrelationJob {
    const Correlation *items;
    int count;
    Conv2DPrologue prologue;
    const float *source, *weights;
    const float *packed; /* packed weights, read in place of weights; or NULL */
    const float *bias, *addend;
    float *target;
    bool streams; /* the target is written past the caches, where whole lines can be */
} CorrelationJob;

/* Bytes of workspace and floats of packed weights depend on the items of a job alone. */
typedef struct CorrelationMethod {
    size_t (*workspace)(const CorrelationJob *job, int threads);
    size_t (*packed)(const CorrelationJob *job);
    void (*pack)(const CorrelationJob *job, float *packed, void *workspace);
    void (*run)(const CorrelationJob *job, void *workspace);
} CorrelationMethod;

typedef struct WeightsMethod {
    size_t (*workspace)(const Correlation *layer, int threads);
    void (*run)(const Correlation *layer, const Conv2DBackwardWeights *pass, void *workspace);
} WeightsMethod;

extern const CorrelationMethod direct_correlation, winograd_correlation;
extern const WeightsMethod direct_weights, winograd_weights;

/* Whether Winograd's products saved outweigh its maps; by shape alone. Its methods are for these
 * correlations. Their rounding errors are about five times those of the direct sum (measured with
 * unit normal inputs, 64 channels: root mean square 8e-7 of the outputs', of blocks of 4 x 4 and of
 * 3 x 3 alike, against 1.6e-7). */
bool winograd_pays(const Correlation *correlation);

#endif
