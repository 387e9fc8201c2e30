/* What layers record beside their inputs, where the fusions need to see it. */
#ifndef LAYERS_NODES_H
#define LAYERS_NODES_H

#include "graph/operation.h"
#include "layers/layers.h"
#include "pieces/loops.h"

extern const Operation operation_pad, operation_conv2d, operation_batch_normalization;

/* The fusions of layers/fusion.c: a convolution takes in the padding before it, a batch norm the
 * ReLU behind it, a convolution the addition behind it. */
void fuse_padding(Tensor *conv);
void fuse_relu(Tensor *activated);
void fuse_addition(Tensor *sum);

/* Whether only convolutions read this batch norm with ReLU, after all fusions: they apply it
 * themselves, and its values are never written. */
bool batch_norm_is_applied_by_readers(const Tensor *normalised);

typedef struct PadNode {
    int paddings[4][2];        /* by the axes of the data format */
    int shape[4];              /* of the inputs in memory ... */
    int memory_paddings[4][2]; /* ... and the paddings in memory's order of axes */
} PadNode;

/* inputs[0] the images, inputs[1] an addend fused in, or NULL. */
typedef struct Conv2DNode {
    Conv2DShape shape;
    float *packed; /* the kernel of a graph of constant parameters, else NULL */
    bool is_packed;
} Conv2DNode;

/* The vectorised passes of whatever records a Conv2DNode, a kernel and perhaps a bias:
 * convolutions, and dense layers as 1x1 convolutions over images of one pixel. */
enum { KERNEL, BIAS };                                  /* its parameters */
const float *convolution_bias(const Tensor *tensor);    /* NULL: it has none */
float *convolution_bias_gradient(const Tensor *tensor); /* the same */
void convolution_prepare(Tensor *tensor);
void convolution_forward(Tensor *tensor);
void convolution_backward(Tensor *tensor);

/* Pools of either kind record a PoolShape (kernels/shapes.h). */

typedef struct BatchNormNode {
    BatchNorm options;
    bool relu; /* fused in */
} BatchNormNode;

/* The state of a batch norm of C channels, each part C floats long. */
typedef struct BatchNormState {
    float *mean, *variance, *scale, *shift;
} BatchNormState;
BatchNormState batch_norm_state(const Tensor *tensor);

/* Images as the kernels see them: a tensor of four axes in its graph's memory. */
ChannelShape tensor_channel_shape(const Tensor *tensor);

/* Output size and the padding before, along one axis. */
typedef struct Window {
    int outputs, pad_before;
} Window;
Window window_along(Padding padding, int pad, int size, int kernel_size, int strides);

#endif
