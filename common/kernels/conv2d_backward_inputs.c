/* Backward to the inputs: input pixel (i, j) receives
 *   sum over the taps (r, s) with i + pad_top - r and j + pad_left - s divisible by strides of
 *       d_outputs((i + pad_top - r) / strides, (j + pad_left - s) / strides, k) * kernel(r, s, :,
 * k). Pixels with the same remainders of i and j by strides use the same taps, every strides-th,
 * from last to first: each such class is a stride-1 correlation of d_outputs with those taps. */
#include "kernels/conv2d_correlate.h"
#include "kernels/conv2d_passes.h"

/* One axis of a class: the taps it uses, and the padding that lines them up. */
typedef struct Axis {
    int positions, taps, last_tap, padding;
} Axis;

static Axis class_axis(int size, int kernel_size, int strides, int pad, int offset) {
    int first_tap = (offset + pad) % strides;
    int taps = ceil_div(max_int(0, kernel_size - first_tap), strides);
    return (Axis){
        .positions = ceil_div(max_int(0, size - offset), strides),
        .taps = taps,
        .last_tap = first_tap + (taps - 1) * strides,
        .padding = taps - 1 - (offset + pad) / strides,
    };
}

static Correlation class_correlation(const Conv2DShape *shape, int row, int col) {
    Axis y = class_axis(shape->in_height, shape->kernel_size, shape->strides, shape->pad_top, row);
    Axis x = class_axis(shape->in_width, shape->kernel_size, shape->strides, shape->pad_left, col);
    Correlation correlation = {
        .height = shape->out_height,
        .width = shape->out_width,
        .channels = shape->filters,
        .skip = 1,
        .source_height = shape->out_height,
        .source_width = shape->out_width,
        .out_height = y.positions,
        .out_width = x.positions,
        .filters = shape->channels,
        .rows = y.taps,
        .cols = x.taps,
        .step = 1,
        .top = y.padding,
        .left = x.padding,
        .tap_row = y.last_tap,
        .tap_col = x.last_tap,
        .tap_step = -shape->strides,
        .target_height = shape->in_height,
        .target_width = shape->in_width,
        .target_row = row,
        .target_col = col,
        .spacing = shape->strides,
    };
    crop_dead_taps(&correlation);
    return correlation;
}

static int positions(const Correlation *correlation) {
    return correlation->out_height * correlation->out_width;
}

/* The classes that any tap reaches: of a 1 x 1 kernel with strides, only one. An image narrower
 * than the strides has no pixels of some classes. */
static CorrelationSet list_classes(const Conv2DShape *shape, Correlation *classes) {
    CorrelationSet set = {.items = classes, .batch = shape->batch};
    for (int row = 0; row < shape->strides; row++)
        for (int col = 0; col < shape->strides; col++) {
            Correlation correlation = class_correlation(shape, row, col);
            if (correlation.rows * correlation.cols > 0 && positions(&correlation) > 0)
                classes[set.count++] = correlation;
        }
    return set;
}

static void clear(const Conv2DShape *shape, float *d_inputs) {
    size_t image = (size_t)shape->in_height * shape->in_width * shape->channels;
#pragma omp parallel for schedule(static)
    for (int n = 0; n < shape->batch; n++)
        memset(d_inputs + n * image, 0, image * sizeof *d_inputs);
}

size_t backward_inputs_workspace(const Conv2DShape *shape, int threads) {
    Correlation classes[shape->strides * shape->strides];
    Conv2DShape regular = regular_shape(shape);
    CorrelationSet set = list_classes(&regular, classes);
    return set.count > 0 ? correlate_workspace(&set, threads) : 0;
}

void conv2d_backward_inputs(const Conv2DShape *shape, const float *d_outputs, const float *kernel,
                            bool accumulate, float *d_inputs, void *workspace) {
    Correlation classes[shape->strides * shape->strides];
    Conv2DShape regular = regular_shape(shape);
    CorrelationSet set = list_classes(&regular, classes);
    KernelView view = {
        .kernel = kernel,
        .size = shape->kernel_size,
        .tap = (size_t)shape->channels * shape->filters,
        .channel = 1,
        .filter = shape->filters,
    };
    if (!accumulate && set.count < shape->strides * shape->strides)
        clear(shape, d_inputs);
    if (set.count > 0)
        correlate(&set, view, (Conv2DPrologue){0}, d_outputs,
                  (Epilogue){.addend = accumulate ? d_inputs : NULL, .target = d_inputs},
                  workspace);
}
