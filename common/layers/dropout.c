/* Dropout: which values are dropped depends on the seed, the layer, the run and the value's index
 * (n, h, w, c) alone. So backward finds the same ones again without storing them, and they are the
 * same in both data formats and on all kernels. */
#include "base/error.h"
#include "base/random.h"
#include "kernels/elementwise.h"
#include "layers/nodes.h"

typedef struct DropoutNode {
    float rate;
} DropoutNode;

static void prepare(Tensor *tensor) {
    if (tensor->graph->options.kernels)
        graph_reserve_workspace(tensor->graph, shape_count(tensor->shape) * sizeof(float));
}

/* Draws go by (n, h, w, c), wherever memory has that value. */
static void draw_uniforms(const Tensor *tensor, uint64_t key, float *uniforms) {
    ImageSize size = {1, 1, 1, (int)shape_count(tensor->shape)};
    if (tensor->shape.rank == 4)
        size = tensor_image_size(tensor);
    uint64_t drawn = 0;
    for (int n = 0; n < size.batch; n++)
        for (int y = 0; y < size.height; y++)
            for (int x = 0; x < size.width; x++)
                for (int c = 0; c < size.channels; c++)
                    uniforms[image_index(tensor->graph->memory_format, size.height, size.width,
                                         size.channels, n, y, x, c)] =
                        random_uniform_at(key, drawn++);
}

static void drop(const Tensor *tensor, const float *from, float *to) {
    const Graph *graph = tensor->graph;
    const Kernels *kernels = graph->options.kernels;
    float rate = ((const DropoutNode *)tensor->options)->rate;
    uint64_t layer = random_stream(graph->options.seed, (uint64_t)tensor->index).key;
    uint64_t key = random_stream(layer, graph->run).key;
    if (kernels) {
        draw_uniforms(tensor, key, graph->workspace);
        kernels->dropout_forward(shape_count(tensor->shape), rate, graph->workspace, from, to);
    } else {
        dropout_forward(shape_count(tensor->shape), key, rate, from, to); /* in channels_last */
    }
}

static void forward(Tensor *tensor) {
    drop(tensor, tensor->inputs[0]->values, tensor->values);
}

static void backward(Tensor *tensor) {
    drop(tensor, tensor->gradient, input_gradient(tensor, 0));
}

static const Operation operation_dropout = {.name = "dropout",
                                            .prepare = prepare,
                                            .forward = forward,
                                            .backward = backward,
                                            .forward_in_place = true,
                                            .backward_in_place = true};

Tensor *dropout(Tensor *inputs, float rate, bool is_training) {
    tensor_graph(inputs);
    require(rate >= 0 && rate < 1, "%s: rate %g; use 0 <= rate < 1",
            tensor_place(inputs, "dropout"), (double)rate);
    if (!is_training || rate == 0)
        return inputs;
    DropoutNode node = {rate};
    return tensor_record(&operation_dropout, NULL, inputs, NULL, inputs->shape, &node, sizeof node);
}
