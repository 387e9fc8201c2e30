/* The pieces that compare plain and residual networks: a block without a shortcut, and a measure of
 * what a residual block adds to its shortcut. The program that links the library supplies them, as
 * it supplies main(). */
#ifndef MODELS_PLAIN_H
#define MODELS_PLAIN_H

#include "models/resnet.h"

/* regular_block() without the shortcut (the plain network of He et al. 2015, section 3.3, in the
 * pre-activation order): pre-activation, 3x3 convolution with the strides, pre-activation, 3x3
 * convolution. Scope plain_block{index}. (N, H, W, C) to (N, H', W', filters). */
Tensor *plain_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    bool is_training, int index);

/* The norm of a block's residual branch over the norm of its shortcut, each of `count` values:
 *     sqrt(sum of branch(i)^2) / sqrt(sum of shortcut(i)^2).
 * The sums are doubles: floats are not exact enough for millions of squares. */
double relative_branch_norm(size_t count, const float *branch, const float *shortcut);

/* model_layers() in the CIFAR form, with plain blocks: images to logits (N, output_size). The
 * library supplies it. */
Tensor *plain_model_layers(const ResNetModel *model, Tensor *inputs, bool is_training);

#endif
