/* The pieces that plain and residual networks are compared with: the block without its shortcut,
 * and a measure of what a block with one adds to it. The program that links the library supplies
 * them, as it supplies main(). */
#ifndef MODELS_PLAIN_H
#define MODELS_PLAIN_H

#include "models/resnet.h"

/* regular_block() without the shortcut (the plain network of He et al. 2015, section 3.3, in the
 * pre-activation order): pre-activation, 3x3 convolution with the strides, pre-activation, 3x3
 * convolution. Scope plain_block{index}. (N, H, W, C) to (N, H', W', filters). */
Tensor *plain_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    bool is_training, int index);

/* How large a block's residual branch is beside its shortcut, each of `count` values:
 *     sqrt(sum of branch(i)^2) / sqrt(sum of shortcut(i)^2).
 * Summed in double: a float loses its way among millions of squares. */
double relative_branch_norm(size_t count, const float *branch, const float *shortcut);

/* The network of model_layers() in its CIFAR form, of plain blocks: images to logits (N,
 * output_size). The library's own. */
Tensor *plain_model_layers(const ResNetModel *model, Tensor *inputs, bool is_training);

#endif
