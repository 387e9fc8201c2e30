/* Forward: one correlation of the inputs with the kernel as it is. */
#include "kernels/conv2d_correlate.h"
#include "kernels/conv2d_passes.h"

size_t forward_workspace(const Conv2DShape *shape, int threads) {
    Conv2DShape regular = regular_shape(shape);
    Correlation forward = forward_correlation(&regular);
    CorrelationSet set = {.items = &forward, .count = 1, .batch = regular.batch};
    return correlate_workspace(&set, threads);
}

void conv2d_forward(const Conv2DShape *shape, Conv2DPrologue prologue, const float *inputs,
                    const float *kernel, const float *bias, const float *addend, float *outputs,
                    void *workspace) {
    Conv2DShape regular = regular_shape(shape);
    Correlation forward = forward_correlation(&regular);
    CorrelationSet set = {.items = &forward, .count = 1, .batch = regular.batch};
    KernelView view = {
        .kernel = kernel,
        .size = shape->kernel_size,
        .tap = (size_t)shape->channels * shape->filters,
        .channel = shape->filters,
        .filter = 1,
    };
    correlate(&set, view, prologue, inputs,
              (Epilogue){.bias = bias, .addend = addend, .target = outputs}, workspace);
}
