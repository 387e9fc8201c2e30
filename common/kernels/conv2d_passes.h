/* The workspace of each pass; conv2d_workspace gives the largest. */
#ifndef KERNELS_CONV2D_PASSES_H
#define KERNELS_CONV2D_PASSES_H

#include "kernels/conv2d.h"

size_t forward_workspace(const Conv2DShape *shape, int threads);
size_t backward_inputs_workspace(const Conv2DShape *shape, int threads);
size_t backward_kernel_workspace(const Conv2DShape *shape, int threads);

#endif
