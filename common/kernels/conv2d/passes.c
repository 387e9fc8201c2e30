/* The three passes, each stated as correlations, and the choice of the method that computes them.
 */
#include "kernels/conv2d/conv2d.h"

#include <stdint.h>
#include <string.h>

#include "base/integers.h"
#include "kernels/conv2d/method.h"
#include "kernels/conv2d/tile.h"

typedef struct Method {
    const CorrelationMethod *correlation;
    const WeightsMethod *weights;
} Method;

/* The one place where the method is chosen. */
static Method method_for(const Correlation *correlation) {
    return winograd_pays(correlation) ? (Method){&winograd_correlation, &winograd_weights}
                                      : (Method){&direct_correlation, &direct_weights};
}

enum { LONGEST_ROW = 8 * TILE_ROWS };

/* The layer, or one of the same results that is easier to cut. A 1 x 1 convolution without strides
 * knows no neighbours: images of any height and width with as many pixels will do, and rows of
 * whole tiles leave no tile partly empty. */
static Conv2DShape regular_shape(const Conv2DShape *shape) {
    Conv2DShape regular = *shape;
    int pixels = shape->batch * shape->in_height * shape->in_width;
    if (shape->kernel_size > 1 || shape->strides > 1 || shape->pad_top != 0 ||
        shape->pad_left != 0 || shape->in_height != shape->out_height ||
        shape->in_width != shape->out_width)
        return regular;
    for (int width = LONGEST_ROW; width >= TILE_ROWS; width -= TILE_ROWS)
        if (pixels % width == 0) {
            regular.batch = 1;
            regular.in_height = regular.out_height = pixels / width;
            regular.in_width = regular.out_width = width;
            break;
        }
    return regular;
}

/* Drops the outer taps that see padding at every position: all but the middle one of a 3 x 3
 * window over 1 x 1 images. */
static void crop_dead_taps(Correlation *c) {
    int first_row = max_int(0, c->top - (c->out_height - 1) * c->step);
    int first_col = max_int(0, c->left - (c->out_width - 1) * c->step);
    c->rows = max_int(0, min_int(c->rows, c->height + c->top) - first_row);
    c->cols = max_int(0, min_int(c->cols, c->width + c->left) - first_col);
    c->top -= first_row;
    c->left -= first_col;
    c->order.first += first_row * c->order.row + first_col * c->order.col;
}

/* Forward: one correlation of the inputs with the weights as they are. */
static Correlation forward_correlation(const Conv2DShape *layer) {
    const Conv2DShape regular = regular_shape(layer), *shape = &regular;
    long tap = (long)shape->channels * shape->filters;
    Correlation forward = {
        .batch = shape->batch,
        .group = layer->group ? layer->group : layer->batch,
        .height = shape->in_height,
        .width = shape->in_width,
        .channels = shape->channels,
        .skip = 1,
        .source_height = shape->in_height,
        .source_width = shape->in_width,
        .out_height = shape->out_height,
        .out_width = shape->out_width,
        .filters = shape->filters,
        .rows = shape->kernel_size,
        .cols = shape->kernel_size,
        .taps = shape->kernel_size * shape->kernel_size,
        .order = {0, shape->kernel_size * tap, tap, shape->filters, 1},
        .step = shape->strides,
        .top = shape->pad_top,
        .left = shape->pad_left,
        .target_height = shape->out_height,
        .target_width = shape->out_width,
        .spacing = 1,
    };
    if (shape->kernel_size == 1 && shape->pad_top == 0 && shape->pad_left == 0) {
        forward.skip = shape->strides;
        forward.step = 1;
        forward.height = ceil_div(shape->in_height, shape->strides);
        forward.width = ceil_div(shape->in_width, shape->strides);
    }
    crop_dead_taps(&forward);
    return forward;
}

/* One axis of a class: the taps it uses, and the padding that lines them up. */
typedef struct ClassAxis {
    int positions, taps, last_tap, padding;
} ClassAxis;

static ClassAxis class_axis(const Conv2DShape *shape, int size, int pad, int offset) {
    int at = offset + pad, remainder = at % shape->strides;
    int first_tap = remainder < 0 ? remainder + shape->strides : remainder;
    int taps = ceil_div(max_int(0, shape->kernel_size - first_tap), shape->strides);
    return (ClassAxis){
        .positions = ceil_div(max_int(0, size - offset), shape->strides),
        .taps = taps,
        .last_tap = first_tap + (taps - 1) * shape->strides,
        .padding = taps - 1 - (at - first_tap) / shape->strides,
    };
}

/* Backward to the inputs: input pixel (i, j) receives the sum over k and over the taps (r, s) for
 * which strides divides i + pad_top - r and j + pad_left - s of
 *
 *   d_outputs((i + pad_top - r) / strides, (j + pad_left - s) / strides, k) * weights(r, s, :, k).
 *
 * Pixels with the same remainders of i and j by strides use the same taps, every strides-th, from
 * last to first: each such class is a correlation of step 1 of d_outputs with those taps. */
static Correlation class_correlation(const Conv2DShape *shape, int row, int col) {
    ClassAxis y = class_axis(shape, shape->in_height, shape->pad_top, row);
    ClassAxis x = class_axis(shape, shape->in_width, shape->pad_left, col);
    long tap = (long)shape->channels * shape->filters;
    Correlation correlation = {
        .batch = shape->batch,
        .group = shape->group ? shape->group : shape->batch,
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
        .taps = shape->kernel_size * shape->kernel_size,
        .order = {(y.last_tap * shape->kernel_size + x.last_tap) * tap,
                  -shape->strides * shape->kernel_size * tap, -shape->strides * tap, 1,
                  shape->filters},
        .step = 1,
        .top = y.padding,
        .left = x.padding,
        .target_height = shape->in_height,
        .target_width = shape->in_width,
        .target_row = row,
        .target_col = col,
        .spacing = shape->strides,
    };
    crop_dead_taps(&correlation);
    return correlation;
}

/* Lists the classes that any tap reaches: of 1 x 1 windows with strides, only one. An image
 * narrower than the strides has no pixels of some classes. Returns how many there are. */
static int list_classes(const Conv2DShape *layer, Correlation *classes) {
    const Conv2DShape regular = regular_shape(layer), *shape = &regular;
    int count = 0;
    for (int row = 0; row < shape->strides; row++)
        for (int col = 0; col < shape->strides; col++) {
            Correlation c = class_correlation(shape, row, col);
            if (c.rows * c.cols > 0 && c.out_height * c.out_width > 0)
                classes[count++] = c;
        }
    return count;
}

Conv2DShape conv2d_matrix_shape(int rows, int inner, int columns) {
    return (Conv2DShape){.format = CHANNELS_LAST,
                         .batch = rows,
                         .in_height = 1,
                         .in_width = 1,
                         .channels = inner,
                         .out_height = 1,
                         .out_width = 1,
                         .filters = columns,
                         .kernel_size = 1,
                         .strides = 1};
}

size_t conv2d_workspace(const Conv2DShape *shape, int threads) {
    Correlation forward = forward_correlation(shape), classes[shape->strides * shape->strides];
    CorrelationJob outputs = {.items = &forward, .count = 1};
    CorrelationJob inputs = {.items = classes, .count = list_classes(shape, classes)};
    Method method = method_for(&forward);
    size_t bytes = max_size(method.correlation->workspace(&outputs, threads),
                            method.weights->workspace(&forward, threads));
    if (inputs.count > 0)
        bytes = max_size(bytes, method_for(classes).correlation->workspace(&inputs, threads));
    return bytes;
}

enum { STREAMED_BYTES = 8 * 1024 * 1024 };

/* A target that no cache will hold until it is read is written past them: a store to a cache would
 * fetch every line first. Lines must be whole. */
static bool streams(const CorrelationJob *job) {
    const Correlation *c = job->items;
    size_t floats = (size_t)c->batch * c->target_height * c->target_width * c->filters;
    return floats * sizeof(float) > STREAMED_BYTES && job->addend != job->target &&
           PANEL_FLOATS % LINE_FLOATS == 0 && c->filters % LINE_FLOATS == 0 &&
           (uintptr_t)job->target % CACHE_LINE == 0;
}

void conv2d_forward(const Conv2DShape *shape, Conv2DForward pass, void *workspace) {
    Correlation forward = forward_correlation(shape);
    CorrelationJob job = {
        .items = &forward,
        .count = 1,
        .prologue = pass.prologue,
        .source = pass.inputs,
        .weights = pass.weights,
        .packed = pass.packed,
        .bias = pass.bias,
        .addend = pass.addend,
        .target = pass.outputs,
    };
    job.streams = streams(&job);
    method_for(&forward).correlation->run(&job, workspace);
}

size_t conv2d_packed(const Conv2DShape *shape) {
    Correlation forward = forward_correlation(shape);
    return method_for(&forward).correlation->packed(
        &(CorrelationJob){.items = &forward, .count = 1});
}

void conv2d_pack(const Conv2DShape *shape, const float *weights, float *packed, void *workspace) {
    Correlation forward = forward_correlation(shape);
    CorrelationJob job = {.items = &forward, .count = 1, .weights = weights};
    method_for(&forward).correlation->pack(&job, packed, workspace);
}

static void clear(const Conv2DShape *shape, float *d_inputs) {
    size_t image = (size_t)shape->in_height * shape->in_width * shape->channels;
#pragma omp parallel for schedule(static)
    for (int n = 0; n < shape->batch; n++)
        memset(d_inputs + n * image, 0, image * sizeof *d_inputs);
}

void conv2d_backward_inputs(const Conv2DShape *shape, Conv2DBackwardInputs pass, void *workspace) {
    Correlation classes[shape->strides * shape->strides];
    CorrelationJob job = {
        .items = classes,
        .count = list_classes(shape, classes),
        .source = pass.d_outputs,
        .weights = pass.weights,
        .addend = pass.accumulate ? pass.d_inputs : NULL,
        .target = pass.d_inputs,
    };
    if (!pass.accumulate && job.count < shape->strides * shape->strides)
        clear(shape, pass.d_inputs);
    if (job.count == 0)
        return;
    job.streams = streams(&job);
    method_for(classes).correlation->run(&job, workspace);
}

void conv2d_backward_weights(const Conv2DShape *shape, Conv2DBackwardWeights pass,
                             void *workspace) {
    Correlation forward = forward_correlation(shape);
    method_for(&forward).weights->run(&forward, &pass, workspace);
}
