/* What layers record beside their inputs, for the files that must see it: the fusions, the export,
 * and layers that share a record. Pools record a PoolShape (kernels/shapes.h). */
#ifndef LAYERS_NODES_H
#define LAYERS_NODES_H

#include "graph/operation.h"
#include "layers/layers.h"
#include "pieces/loops.h"

extern const Operation operation_pad, operation_conv2d, operation_batch_normalization;

typedef struct PadNode {
    int paddings[4][2];        /* by the axes of the data format */
    int shape[4];              /* of the inputs in memory ... */
    int memory_paddings[4][2]; /* ... and the paddings in memory's order of axes */
} PadNode;

/* Of convolutions, and of dense layers: 1x1 convolutions over images of one pixel. inputs[0] holds
 * the images, inputs[1] an addend that was fused in, or NULL. */
typedef struct Conv2DNode {
    Conv2DShape shape;
    float *packed; /* the kernel of a graph of constant parameters, else NULL */
    bool is_packed;
} Conv2DNode;

/* The parameters of a Conv2DNode (no bias: NULL), and its vectorised passes. */
enum { KERNEL, BIAS };
const float *convolution_bias(const Tensor *tensor);
void convolution_prepare(Tensor *tensor);
void convolution_forward(Tensor *tensor);
void convolution_backward(Tensor *tensor);

/* One group's part of the gradients of kernel and bias (no bias: NULL): where its images begin, and
 * scratch memory. */
typedef struct KernelGradientPass {
    const Tensor *tensor;
    Conv2DShape shape; /* of the group's images */
    const float *inputs, *d_outputs;
    void *workspace;
} KernelGradientPass;
typedef void KernelGradient(const KernelGradientPass *pass, float *d_kernel, float *d_bias);

/* Writes the parameters' gradients: each group's, summed over the groups. */
void convolution_gradients(Tensor *tensor, KernelGradient *gradient);

typedef struct BatchNormNode {
    BatchNorm options;
    bool relu; /* fused in */
} BatchNormNode;

/* Its parameters. */
enum { GAMMA, BETA, MOVING_MEAN, MOVING_VARIANCE };

/* The state of a batch norm of C channels, each part C floats long; G * C floats if each of G
 * groups is normalised by itself. */
typedef struct BatchNormState {
    float *mean, *variance, *scale, *shift;
} BatchNormState;
BatchNormState batch_norm_state(const Tensor *tensor);
size_t batch_norm_state_bytes(const Tensor *tensor);

/* Whether the graph's option `ghost` holds for this batch norm, and its passes then. */
bool batch_norm_is_ghost(const Tensor *tensor);
size_t ghost_workspace(const Tensor *tensor);
void ghost_forward(Tensor *tensor);
void ghost_backward(Tensor *tensor);

/* The tensor's values in memory, (N, C) or with four axes, as batch normalisation sees them. */
ChannelShape tensor_channel_shape(const Tensor *tensor);

#endif
