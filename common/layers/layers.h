/* The operations that a model is recorded with. Each takes tensors, checks their shapes, makes its
 * parameters in the current scope and returns the tensor of its results. It ends the program if a
 * shape or an option does not fit.
 *
 * N is the batch, (H, W) the image, C the channels; tensors with four axes are in the graph's data
 * format. Options are structs with designated initialisers; a field left out (0, false, NULL) has
 * the default that its comment gives. */
#ifndef LAYERS_LAYERS_H
#define LAYERS_LAYERS_H

#include "graph/graph.h"

/* VALID: no padding, floor((size - kernel) / strides) + 1 outputs.
 * SAME: as in TensorFlow, ceil(size / strides) outputs. Half of the padding goes before the values;
 * the rest, one more if their number is odd, goes after.
 * SYMMETRIC: as in PyTorch, the options' `pad` zeros on each side. */
typedef enum Padding { PADDING_VALID, PADDING_SAME, PADDING_SYMMETRIC } Padding;

/* Zeros around a tensor of four axes: paddings[axis] = {before, after}, copied. */
Tensor *pad(Tensor *inputs, const int paddings[4][2]);

typedef struct Conv2DOptions {
    int filters;      /* K, at least 1 */
    int kernel_size;  /* R = S, at least 1 */
    int strides;      /* default 1 */
    Padding padding;  /* default PADDING_VALID */
    int pad;          /* for PADDING_SYMMETRIC */
    bool no_bias;     /* default: with a bias */
    const char *name; /* default "conv2d", "conv2d_1", ... */
} Conv2DOptions;

/* Convolution, (N, H, W, C) to (N, H', W', K); parameters kernel (R, S, C, K) and bias (K). */
Tensor *conv2d(Tensor *inputs, Conv2DOptions options);

typedef struct BatchNormOptions {
    bool is_training; /* uses the batch's statistics and updates the moving averages */
    float momentum;   /* of the moving averages; default 0.99, as TensorFlow's */
    float epsilon;    /* default 1e-3, as TensorFlow's */
    int axis;         /* the channels' axis; default: by the data format */
    const char *name; /* default "batch_normalization", ... */
} BatchNormOptions;

/* Batch normalisation (Ioffe and Szegedy 2015): gamma * (x - mean) / sqrt(variance + epsilon) +
 * beta over each channel; parameters gamma, beta, moving_mean, moving_variance (C each). */
Tensor *batch_normalization(Tensor *inputs, BatchNormOptions options);

/* max(0, x). */
Tensor *relu(Tensor *inputs);

typedef struct PoolOptions {
    int pool_size;    /* at least 1 */
    int strides;      /* default: pool_size */
    Padding padding;  /* default PADDING_VALID */
    int pad;          /* for PADDING_SYMMETRIC */
    const char *name; /* default "max_pooling2d" or "average_pooling2d", ... */
} PoolOptions;

/* The largest value of each window. The gradient goes to the first of equal values. */
Tensor *max_pool2d(Tensor *inputs, PoolOptions options);

/* The mean of each window's values; padding does not count. */
Tensor *average_pool2d(Tensor *inputs, PoolOptions options);

/* The mean of each channel's map: (N, H, W, C) to (N, 1, 1, C) in the data format's order. */
Tensor *global_average_pool2d(Tensor *inputs);

/* a + b, value by value; a and b have the same shape. */
Tensor *add(Tensor *a, Tensor *b);

/* (N, ...) to (N, features), the features in the tensor's logical order. */
Tensor *flatten(Tensor *inputs);

typedef struct DenseOptions {
    int units;        /* K, at least 1 */
    bool no_bias;     /* default: with a bias */
    const char *name; /* default "dense", ... */
} DenseOptions;

/* (N, C) times kernel (C, K) plus bias (K). */
Tensor *dense(Tensor *inputs, DenseOptions options);

/* Zeroes a fraction `rate` of the values and divides the others by 1 - rate (Srivastava et al.
 * 2014, inverted); the identity unless is_training. */
Tensor *dropout(Tensor *inputs, float rate, bool is_training);

/* The mean cross-entropy of softmax(logits (N, K)) against labels (N), class numbers held as
 * floats; one value. label_smoothing as in Szegedy et al. 2016, section 7; 0 for none. */
Tensor *softmax_cross_entropy(Tensor *logits, Tensor *labels, float label_smoothing);

/* The mean of (predictions - targets)^2 over all values; one value. */
Tensor *mean_squared_error(Tensor *predictions, Tensor *targets);

#endif
