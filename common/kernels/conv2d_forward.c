/* Forward: one correlation of the inputs with the kernel as it is. */
#include "kernels/conv2d_correlate.h"
#include "kernels/conv2d_passes.h"

static Correlation regular_correlation(const Conv2DShape *shape) {
    Conv2DShape regular = regular_shape(shape);
    return forward_correlation(&regular);
}

static CorrelationSet set_of(const Conv2DShape *shape, const Correlation *forward) {
    return (CorrelationSet){.items = forward, .count = 1, .batch = regular_shape(shape).batch};
}

static KernelView view_of(const Conv2DShape *shape, const float *kernel) {
    return (KernelView){
        .kernel = kernel,
        .size = shape->kernel_size,
        .tap = (size_t)shape->channels * shape->filters,
        .channel = shape->filters,
        .filter = 1,
    };
}

size_t forward_workspace(const Conv2DShape *shape, int threads) {
    Correlation forward = regular_correlation(shape);
    CorrelationSet set = set_of(shape, &forward);
    return correlate_workspace(&set, threads);
}

size_t conv2d_packed(const Conv2DShape *shape) {
    Correlation forward = regular_correlation(shape);
    CorrelationSet set = set_of(shape, &forward);
    return correlate_packed(&set);
}

void conv2d_pack(const Conv2DShape *shape, const float *kernel, float *packed, void *workspace) {
    Correlation forward = regular_correlation(shape);
    CorrelationSet set = set_of(shape, &forward);
    correlate_pack(&set, view_of(shape, kernel), packed, workspace);
}

static void run(const Conv2DShape *shape, Conv2DPrologue prologue, const float *inputs,
                const float *kernel, const float *packed, Epilogue epilogue, void *workspace) {
    Correlation forward = regular_correlation(shape);
    CorrelationSet set = set_of(shape, &forward);
    set.packed = packed;
    correlate(&set, view_of(shape, kernel), prologue, inputs, epilogue, workspace);
}

void conv2d_forward(const Conv2DShape *shape, Conv2DPrologue prologue, const float *inputs,
                    const float *kernel, const float *bias, const float *addend, float *outputs,
                    void *workspace) {
    run(shape, prologue, inputs, kernel, NULL,
        (Epilogue){.bias = bias, .addend = addend, .target = outputs}, workspace);
}

void conv2d_forward_packed(const Conv2DShape *shape, Conv2DPrologue prologue, const float *inputs,
                           const float *packed, const float *bias, const float *addend,
                           float *outputs, void *workspace) {
    run(shape, prologue, inputs, NULL, packed,
        (Epilogue){.bias = bias, .addend = addend, .target = outputs}, workspace);
}
