/* Losses: a tensor of one value, the mean over the batch. */
#include "base/error.h"
#include "kernels/loss.h"
#include "kernels/naive.h"
#include "layers/nodes.h"

typedef struct CrossEntropyNode {
    float label_smoothing;
} CrossEntropyNode;

/* Room for the groups' sums, as groups_combine() wants them. */
static void reserve_sums(const Tensor *tensor) {
    size_t count = (size_t)groups_count(tensor_groups(tensor->inputs[0])) + 1;
    graph_reserve_workspace(tensor->graph, count * sizeof(double));
}

/* State: the probabilities (N, K), then the labels (N) as whole numbers. */
static void cross_entropy_prepare(Tensor *tensor) {
    const int *size = tensor->inputs[0]->shape.size;
    reserve_sums(tensor);
    tensor->state_bytes = (size_t)size[0] * ((size_t)size[1] * sizeof(float) + sizeof(int));
}

static int *state_labels(const Tensor *tensor) {
    return (int *)((float *)tensor->state + shape_count(tensor->inputs[0]->shape));
}

/* The mean over the batch: its groups' sums, combined. `count` of all processes' losses. */
static float mean_of_groups(Groups groups, double *sums, size_t count) {
    groups_combine(groups, 1, sums, combine_sums);
    return (float)(sums[0] / (double)(count * (size_t)groups_processes(groups)));
}

/* The gradient of a process's losses: it knows its own images' number alone. */
static float share_of_gradient(const Tensor *tensor) {
    return tensor->gradient[0] / (float)groups_processes(tensor->graph->options.groups);
}

static double cross_entropy_loops_sum(int batch, int classes, float label_smoothing,
                                      const float *logits, const int *labels,
                                      float *probabilities) {
    return (double)batch * (double)softmax_cross_entropy_forward_loops(
                               batch, classes, label_smoothing, logits, labels, probabilities);
}

static void read_labels(const Tensor *tensor, int *labels) {
    int batch = tensor->inputs[0]->shape.size[0], classes = tensor->inputs[0]->shape.size[1];
    for (int n = 0; n < batch; n++) {
        float label = tensor->inputs[1]->values[n];
        bool is_class = label >= 0 && label < (float)classes && label == (float)(int)label;
        require(is_class,
                "%s: label %d of the batch is %g; with %d classes it must be 0 to %d, and whole",
                tensor->name, n, (double)label, classes, classes - 1);
        labels[n] = (int)label;
    }
}

static void cross_entropy_forward_by(Tensor *tensor,
                                     __typeof__(softmax_cross_entropy_sum) *kernel) {
    const CrossEntropyNode *node = tensor->options;
    int batch = tensor->inputs[0]->shape.size[0], classes = tensor->inputs[0]->shape.size[1];
    int *labels = state_labels(tensor);
    Groups groups = tensor_groups(tensor->inputs[0]);
    int count = groups_count(groups), images = batch / count;
    double *sums = tensor->graph->workspace;
    read_labels(tensor, labels);
    for (int group = 0; group < count; group++) {
        size_t first = (size_t)group * images, at = first * classes;
        sums[group] = kernel(images, classes, node->label_smoothing, tensor->inputs[0]->values + at,
                             labels + first, (float *)tensor->state + at);
    }
    tensor->values[0] = mean_of_groups(groups, sums, (size_t)batch);
}

static void cross_entropy_forward(Tensor *tensor) {
    cross_entropy_forward_by(tensor, softmax_cross_entropy_sum);
}

static void cross_entropy_loops_forward(Tensor *tensor) {
    cross_entropy_forward_by(tensor, cross_entropy_loops_sum);
}

static void cross_entropy_backward_by(Tensor *tensor,
                                      __typeof__(softmax_cross_entropy_backward) *kernel) {
    const CrossEntropyNode *node = tensor->options;
    int batch = tensor->inputs[0]->shape.size[0], classes = tensor->inputs[0]->shape.size[1];
    kernel(batch, classes, node->label_smoothing, tensor->state, state_labels(tensor),
           share_of_gradient(tensor), input_gradient(tensor));
}

static void cross_entropy_backward(Tensor *tensor) {
    cross_entropy_backward_by(tensor, softmax_cross_entropy_backward);
}

static void cross_entropy_loops_backward(Tensor *tensor) {
    cross_entropy_backward_by(tensor, softmax_cross_entropy_backward_loops);
}

static const Operation operation_softmax_cross_entropy = {
    .name = "softmax_cross_entropy",
    .prepare = cross_entropy_prepare,
    .forward = cross_entropy_forward,
    .backward = cross_entropy_backward,
    .loops_forward = cross_entropy_loops_forward,
    .loops_backward = cross_entropy_loops_backward,
    .data_inputs = 2};

Tensor *softmax_cross_entropy(Tensor *logits, Tensor *labels, float label_smoothing) {
    require_rank(logits, 2, "softmax_cross_entropy");
    require_rank(labels, 1, "softmax_cross_entropy");
    require(logits->shape.size[0] == labels->shape.size[0],
            "%s: %d rows of logits but %d labels; give one for each",
            tensor_place(logits, "softmax_cross_entropy"), logits->shape.size[0],
            labels->shape.size[0]);
    require(!labels->operation, "%s: the labels must be a graph input",
            tensor_place(logits, "softmax_cross_entropy"));
    require(label_smoothing >= 0 && label_smoothing < 1, "%s: label_smoothing %g; use 0 <= it < 1",
            tensor_place(logits, "softmax_cross_entropy"), (double)label_smoothing);
    CrossEntropyNode node = {label_smoothing};
    return tensor_record(&operation_softmax_cross_entropy, NULL, logits, labels, shape1(1), &node,
                         sizeof node);
}

static void squared_error_prepare(Tensor *tensor) {
    reserve_sums(tensor);
}

static double squared_error_loops_sum(size_t count, const float *predictions,
                                      const float *targets) {
    return (double)count * (double)mean_squared_error_forward_naive(count, predictions, targets);
}

static void squared_error_forward_by(Tensor *tensor, __typeof__(squared_error_sum) *kernel) {
    Groups groups = tensor_groups(tensor->inputs[0]);
    size_t count = shape_count(tensor->inputs[0]->shape);
    size_t values = count / (size_t)groups_count(groups);
    double *sums = tensor->graph->workspace;
    for (int group = 0; group < groups_count(groups); group++)
        sums[group] = kernel(values, tensor->inputs[0]->values + group * values,
                             tensor->inputs[1]->values + group * values);
    tensor->values[0] = mean_of_groups(groups, sums, count);
}

static void squared_error_forward(Tensor *tensor) {
    squared_error_forward_by(tensor, squared_error_sum);
}

static void squared_error_loops_forward(Tensor *tensor) {
    squared_error_forward_by(tensor, squared_error_loops_sum);
}

static void squared_error_backward(Tensor *tensor) {
    mean_squared_error_backward(shape_count(tensor->inputs[0]->shape), tensor->inputs[0]->values,
                                tensor->inputs[1]->values, share_of_gradient(tensor),
                                input_gradient(tensor));
}

static void squared_error_loops_backward(Tensor *tensor) {
    mean_squared_error_backward_naive(shape_count(tensor->inputs[0]->shape),
                                      tensor->inputs[0]->values, tensor->inputs[1]->values,
                                      share_of_gradient(tensor), input_gradient(tensor));
}

static const Operation operation_mean_squared_error = {.name = "mean_squared_error",
                                                       .prepare = squared_error_prepare,
                                                       .forward = squared_error_forward,
                                                       .backward = squared_error_backward,
                                                       .loops_forward = squared_error_loops_forward,
                                                       .loops_backward =
                                                           squared_error_loops_backward,
                                                       .backward_reads_inputs = 3,
                                                       .data_inputs = 2};

Tensor *mean_squared_error(Tensor *predictions, Tensor *targets) {
    tensor_graph(predictions);
    tensor_graph(targets);
    char one[SHAPE_TEXT], other[SHAPE_TEXT];
    require(shape_equal(predictions->shape, targets->shape),
            "%s: predictions of shape %s, targets of shape %s; give both one shape",
            tensor_place(predictions, "mean_squared_error"), shape_text(predictions->shape, one),
            shape_text(targets->shape, other));
    require(!targets->operation, "%s: the targets must be a graph input",
            tensor_place(predictions, "mean_squared_error"));
    return tensor_record(&operation_mean_squared_error, NULL, predictions, targets, shape1(1), NULL,
                         0);
}
