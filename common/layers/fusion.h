/* The compile step's fusions: recorded operations become fewer passes over memory. Each stands in
 * the file of the operation that comes last in it, but the last one, where the batch norm decides
 * by all its readers.
 *
 *   pad, conv2d                 the convolution reads zeros outside the image itself (conv2d.c)
 *   batch norm, relu            one pass (relu.c)
 *   conv2d, add                 the convolution adds the shortcut while it writes (add.c)
 *   batch norm + relu, conv2d   the convolution applies both while it reads; the activated tensor
 *                               never exists in memory (batch_normalization.c)
 *
 * A tensor in between that is kept, or that has another reader, stays as recorded. */
#ifndef LAYERS_FUSION_H
#define LAYERS_FUSION_H

#include "graph/operation.h"

/* Whether the tensor is of that operation, is not kept, and has a single reader. */
bool fusion_is_private(const Tensor *tensor, const Operation *operation);

/* Puts replacement in the place of tensor, for operations that read it and for tensor_read(). */
void fusion_replace(Tensor *tensor, Tensor *replacement);

#endif
