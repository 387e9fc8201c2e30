/* Dropout: whether a value is dropped depends on the seed, the layer, the run and the value's index
 * (n, h, w, c) alone. So backward drops the same values without storing them, and dropout is the
 * same in both data formats and on all kernels. */
#include "base/error.h"
#include "base/random.h"
#include "kernels/elementwise.h"
#include "layers/nodes.h"

typedef struct DropoutNode {
    float rate;
} DropoutNode;

static void prepare(Tensor *tensor) {
    if (tensor->graph->options.loops)
        graph_reserve_workspace(tensor->graph, shape_count(tensor->shape) * sizeof(float));
}

/* Draws in the order of (n, h, w, c); each number goes where memory holds that value. */
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

static uint64_t key_of_run(const Tensor *tensor) {
    const Graph *graph = tensor->graph;
    uint64_t layer = random_stream(graph->options.seed, (uint64_t)tensor->index).key;
    return random_stream(layer, graph->run).key;
}

static float rate_of(const Tensor *tensor) {
    return ((const DropoutNode *)tensor->options)->rate;
}

/* Values are numbered over the batches of all processes. */
static void drop(const Tensor *tensor, const float *inputs, float *outputs) {
    Groups groups = tensor->graph->options.groups;
    size_t count = shape_count(tensor->shape), group_count = count / (size_t)groups_count(groups);
    DropoutKey key = {key_of_run(tensor), (size_t)groups.first * group_count};
    dropout_forward(count, key, rate_of(tensor), inputs, outputs);
}

static void drop_by_loops(const Tensor *tensor, const float *inputs, float *outputs) {
    float *uniforms = tensor->graph->workspace;
    draw_uniforms(tensor, key_of_run(tensor), uniforms);
    dropout_forward_loops(shape_count(tensor->shape), rate_of(tensor), uniforms, inputs, outputs);
}

static void forward(Tensor *tensor) {
    drop(tensor, tensor->inputs[0]->values, tensor->values);
}

static void backward(Tensor *tensor) {
    drop(tensor, tensor->gradient, input_gradient(tensor));
}

static void loops_forward(Tensor *tensor) {
    drop_by_loops(tensor, tensor->inputs[0]->values, tensor->values);
}

static void loops_backward(Tensor *tensor) {
    drop_by_loops(tensor, tensor->gradient, input_gradient(tensor));
}

static const Operation operation_dropout = {.name = "dropout",
                                            .prepare = prepare,
                                            .forward = forward,
                                            .backward = backward,
                                            .loops_forward = loops_forward,
                                            .loops_backward = loops_backward,
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
