/* The fusions of a graph, each called for the operation that comes last in it. */
#ifndef LAYERS_FUSION_H
#define LAYERS_FUSION_H

#include "graph/operation.h"

/* A convolution takes in the padding before it, a batch norm the ReLU behind it, a convolution the
 * addition behind it. */
void fuse_padding(Tensor *conv);
void fuse_relu(Tensor *activated);
void fuse_addition(Tensor *sum);

/* Whether, after all fusions, the batch norm has a ReLU and only convolutions read it. They apply
 * both while they read, and the batch norm's values are never written. */
bool batch_norm_is_applied_by_readers(const Tensor *normalised);

#endif
