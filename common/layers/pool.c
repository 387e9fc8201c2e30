/* Maximum and average pooling. */
#include "kernels/pool.h"
#include "base/error.h"
#include "graph/operation.h"
#include "kernels/naive.h"
#include "layers/window.h"

static void max_prepare(Tensor *tensor) {
    tensor->state_bytes = shape_count(tensor->shape); /* a winner's number is a byte */
}

static void max_forward(Tensor *tensor) {
    max_pool_forward(tensor->options, tensor->inputs[0]->values, tensor->values, tensor->state);
}

static void max_loops_forward(Tensor *tensor) {
    max_pool_forward_naive(tensor->options, tensor->inputs[0]->values, tensor->values,
                           tensor->state);
}

static void max_backward(Tensor *tensor) {
    max_pool_backward(tensor->options, tensor->state, tensor->gradient, input_gradient(tensor));
}

static void max_loops_backward(Tensor *tensor) {
    max_pool_backward_naive(tensor->options, tensor->state, tensor->gradient,
                            input_gradient(tensor));
}

static void average_forward(Tensor *tensor) {
    average_pool_forward(tensor->options, tensor->inputs[0]->values, tensor->values);
}

static void average_loops_forward(Tensor *tensor) {
    average_pool_forward_naive(tensor->options, tensor->inputs[0]->values, tensor->values);
}

static void average_backward(Tensor *tensor) {
    average_pool_backward(tensor->options, tensor->gradient, input_gradient(tensor));
}

static void average_loops_backward(Tensor *tensor) {
    average_pool_backward_naive(tensor->options, tensor->gradient, input_gradient(tensor));
}

static const Operation operation_max_pool = {.name = "max_pooling2d",
                                             .prepare = max_prepare,
                                             .forward = max_forward,
                                             .backward = max_backward,
                                             .loops_forward = max_loops_forward,
                                             .loops_backward = max_loops_backward};

static const Operation operation_average_pool = {.name = "average_pooling2d",
                                                 .forward = average_forward,
                                                 .backward = average_backward,
                                                 .loops_forward = average_loops_forward,
                                                 .loops_backward = average_loops_backward};

static const Operation operation_global_average_pool = {.name = "global_average_pooling2d",
                                                        .forward = average_forward,
                                                        .backward = average_backward,
                                                        .loops_forward = average_loops_forward,
                                                        .loops_backward = average_loops_backward};

enum { LARGEST_POOL = 15 }; /* a winner's number fits a byte */

static void check_options(Tensor *inputs, PoolOptions options, const char *name) {
    require_rank(inputs, 4, name);
    require(options.pool_size > 0 && options.strides > 0 && options.pad >= 0,
            "%s: pool_size %d, strides %d, pad %d; pool_size and strides must be at least "
            "1, and pad at least 0",
            tensor_place(inputs, name), options.pool_size, options.strides, options.pad);
    require_window(inputs, name, options.padding, options.pad, options.pool_size, options.strides);
    require(options.padding != PADDING_SYMMETRIC || options.pad < options.pool_size,
            "%s: pad %d would make windows of padding alone; use less than pool_size %d",
            tensor_place(inputs, name), options.pad, options.pool_size);
}

static Tensor *pool(const Operation *operation, Tensor *inputs, PoolOptions options) {
    if (options.strides == 0)
        options.strides = options.pool_size;
    check_options(inputs, options, operation->name);
    ImageSize size = tensor_image_size(inputs);
    AxisWindows vertical = windows_along(options.padding, options.pad, size.height,
                                         options.pool_size, options.strides);
    AxisWindows horizontal =
        windows_along(options.padding, options.pad, size.width, options.pool_size, options.strides);
    PoolShape node = {.format = inputs->graph->memory_format,
                      .batch = size.batch,
                      .in_height = size.height,
                      .in_width = size.width,
                      .channels = size.channels,
                      .out_height = vertical.count,
                      .out_width = horizontal.count,
                      .pool_size = options.pool_size,
                      .strides = options.strides,
                      .pad_top = vertical.pad_before,
                      .pad_left = horizontal.pad_before};
    Shape shape = shape_image(inputs->graph->options.data_format, size.batch, node.out_height,
                              node.out_width, size.channels);
    return tensor_record(operation, options.name, inputs, NULL, shape, &node, sizeof node);
}

Tensor *max_pool2d(Tensor *inputs, PoolOptions options) {
    require(options.pool_size <= LARGEST_POOL, "max_pool2d: pool_size %d; at most %d is possible",
            options.pool_size, LARGEST_POOL);
    return pool(&operation_max_pool, inputs, options);
}

Tensor *average_pool2d(Tensor *inputs, PoolOptions options) {
    return pool(&operation_average_pool, inputs, options);
}

/* An average pool whose one window is the whole map. */
Tensor *global_average_pool2d(Tensor *inputs) {
    require_rank(inputs, 4, "global_average_pool2d");
    ImageSize size = tensor_image_size(inputs);
    int side = size.height > size.width ? size.height : size.width;
    PoolShape node = {.format = inputs->graph->memory_format,
                      .batch = size.batch,
                      .in_height = size.height,
                      .in_width = size.width,
                      .channels = size.channels,
                      .out_height = 1,
                      .out_width = 1,
                      .pool_size = side,
                      .strides = 1};
    Shape shape = shape_image(inputs->graph->options.data_format, size.batch, 1, 1, size.channels);
    return tensor_record(&operation_global_average_pool, NULL, inputs, NULL, shape, &node,
                         sizeof node);
}
