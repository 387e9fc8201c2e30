/* From images to rows of features, in the data format's order of axes. If memory has another order,
 * flatten transposes, so that a model's dense weights do not depend on the layout of memory. */
#include "kernels/elementwise.h"
#include "layers/nodes.h"

static void nothing_to_do(Tensor *tensor) {
    (void)tensor;
}

static void transpose_forward(Tensor *tensor) {
    ImageSize size = tensor_image_size(tensor->inputs[0]);
    channels_first_from_last(size.batch, size.channels, size.height * size.width,
                             tensor->inputs[0]->values, tensor->values);
}

static void transpose_backward(Tensor *tensor) {
    ImageSize size = tensor_image_size(tensor->inputs[0]);
    channels_last_from_first(size.batch, size.channels, size.height * size.width, tensor->gradient,
                             input_gradient(tensor));
}

static const Operation operation_flatten_view = {
    .name = "flatten", .forward = nothing_to_do, .passes_gradient = 1, .is_view = true};

static const Operation operation_flatten_transpose = {
    .name = "flatten", .forward = transpose_forward, .backward = transpose_backward};

Tensor *flatten(Tensor *inputs) {
    const Graph *graph = tensor_graph(inputs);
    int batch = inputs->shape.size[0];
    Shape shape = shape2(batch, (int)(shape_count(inputs->shape) / (size_t)batch));
    bool same_order = true;
    if (inputs->shape.rank == 4 && graph->memory_format != graph->options.data_format) {
        ImageSize size = tensor_image_size(inputs);
        same_order = size.channels == 1 || size.height * size.width == 1;
    }
    return tensor_record(same_order ? &operation_flatten_view : &operation_flatten_transpose, NULL,
                         inputs, NULL, shape, NULL, 0);
}
