/* The original ResNet (He et al. 2015, "Deep residual learning for image recognition"), version 1:
 * a block is relu(F(inputs) + shortcut), and every convolution in F is followed by a batch norm.
 * residual_block() and residual_bottleneck() are supplied by the program that links the library;
 * the configuration and the model around the blocks stand in original_resnet.c.
 *
 * Parameters, where {l} counts block layers and {b} the blocks of a layer, from 0 on:
 *
 *     conv_initial/kernel  (R, S, C, K)                conv_initial/bias  (K), if conv_bias
 *     bn_initial/gamma, /beta, /moving_mean, /moving_variance  (K)
 *     block_layer{l}/residual_block{b}/...             two-layer blocks: 18, 34 and the CIFAR form
 *     block_layer{l}/residual_bottleneck{b}/...        three-layer blocks: 50, 101, 152
 *         conv1/..., bn1/..., conv2/..., bn2/..., and with three layers conv3/..., bn3/...
 *         projection/..., and projection_bn/... if projection_batch_norm
 *     logits/kernel  (C, K), logits/bias  (K)
 *
 * All convolutions are padded by (kernel_size - 1) / 2 on every side, as PyTorch, Keras' ResNets
 * and the d2l book do it. */
#ifndef MODELS_ORIGINAL_RESNET_H
#define MODELS_ORIGINAL_RESNET_H

#include "models/resnet.h"

/* Whose version of the network: original_resnet() sets OriginalResNet's last fields by it. */
typedef enum OriginalStyle {
    STYLE_D2L,     /* the book "Dive into Deep Learning": biases, a bare projection */
    STYLE_KERAS,   /* keras.applications: biases, the bottleneck's strides on its first 1x1 */
    STYLE_PYTORCH, /* torchvision, the naming that weights are published in: no biases */
} OriginalStyle;

/* The styles' names by their numbers: "d2l", "keras", "pytorch"; then NULL. */
extern const char *const original_styles[];

typedef struct OriginalResNet {
    ResNetModel form; /* depth, stem, block layers and batch norm */
    OriginalStyle style;
    bool is_plain; /* without shortcuts, for comparison; original_resnet() sets false */

    bool conv_bias;             /* convolutions have biases */
    bool projection_batch_norm; /* a batch norm after the projection */
    bool strides_on_first;      /* a bottleneck's strides are on its first 1x1, else on its 3x3 */
} OriginalResNet;

/* The model of `num_layers` layers in a style: 18, 34, 50, 101 or 152 (He et al. 2015, table 1), or
 * the CIFAR form's 20, 32, 44, 56 or 110 (section 4.2). Ends the program for other numbers. */
OriginalResNet original_resnet(int num_layers, OriginalStyle style, int output_size,
                               DataFormat data_format);

/* A convolution padded by (kernel_size - 1) / 2 on every side; with a bias if model->conv_bias. */
Tensor *original_conv2d(const OriginalResNet *model, Tensor *inputs, int filters, int kernel_size,
                        int strides, const char *name);

/* Batch normalisation over the channels with the model's momentum and epsilon; no ReLU. */
Tensor *original_batch_norm(const OriginalResNet *model, Tensor *inputs, bool is_training,
                            const char *name);

/* The two-layer block, in the scope residual_block{index}:
 *     relu(bn2(conv2(relu(bn1(conv1(inputs))))) + shortcut),
 * both convolutions 3x3 with num_channels filters, conv1 with the strides. The shortcut is the
 * inputs or, with use_1x1conv, their 1x1 convolution `projection` with num_channels filters and the
 * strides, then projection_bn if the model has projection_batch_norm. A plain model has no
 * shortcut: relu(bn2(...)). (N, H, W, C) to (N, ceil(H / strides), ceil(W / strides),
 * num_channels). He et al. 2015, figure 2 and eq. 1 and 2. */
Tensor *residual_block(const OriginalResNet *model, Tensor *inputs, int num_channels,
                       bool use_1x1conv, int strides, bool is_training, int index);

/* The three-layer block, in the scope residual_bottleneck{index}:
 *     relu(bn3(conv3(relu(bn2(conv2(relu(bn1(conv1(inputs)))))))) + shortcut),
 * 1x1 and 3x3 with `filters` filters, 1x1 with 4 * filters. The strides are conv1's if the model
 * has strides_on_first, else conv2's. The shortcut is residual_block()'s with 4 * filters. (N, H,
 * W, C) to (N, ceil(H / strides), ceil(W / strides), 4 * filters). He et al. 2015, figure 5. */
Tensor *residual_bottleneck(const OriginalResNet *model, Tensor *inputs, int filters,
                            bool use_1x1conv, int strides, bool is_training, int index);

/* Images to logits (N, output_size): conv_initial, bn_initial, ReLU, pool_initial, the block
 * layers, the mean over the whole map, and the dense layer named logits. The first block of a layer
 * has a projection if its shape changes; in the first layer of two-layer blocks it does not. */
Tensor *original_layers(const OriginalResNet *model, Tensor *inputs, bool is_training);

/* original_layers() as a RecordLayers of training/network.h. */
Tensor *original_record(const void *model, Tensor *images, bool is_training);

#endif
