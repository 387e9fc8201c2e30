/* One workspace serves whichever pass runs. */
#include "kernels/conv2d_passes.h"

size_t conv2d_workspace(const Conv2DShape *shape, int threads) {
    size_t bytes = forward_workspace(shape, threads);
    size_t inputs = backward_inputs_workspace(shape, threads);
    size_t kernel = backward_kernel_workspace(shape, threads);
    if (bytes < inputs)
        bytes = inputs;
    return bytes < kernel ? kernel : bytes;
}
