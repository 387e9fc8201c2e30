/* Losses: a tensor of one value, the mean over the batch. */
#include "base/error.h"
#include "kernels/loss.h"
#include "kernels/naive.h"
#include "layers/nodes.h"

typedef struct CrossEntropyNode {
    float label_smoothing;
} CrossEntropyNode;

/* State: the probabilities (N, K), then the labels (N) as whole numbers. */
static void cross_entropy_prepare(Tensor *tensor) {
    const int *size = tensor->inputs[0]->shape.size;
    tensor->state_bytes = (size_t)size[0] * ((size_t)size[1] * sizeof(float) + sizeof(int));
}

static int *state_labels(const Tensor *tensor) {
    return (int *)((float *)tensor->state + shape_count(tensor->inputs[0]->shape));
}

static void cross_entropy_forward_by(Tensor *tensor,
                                     __typeof__(softmax_cross_entropy_forward) *kernel) {
    const CrossEntropyNode *node = tensor->options;
    int batch = tensor->inputs[0]->shape.size[0], classes = tensor->inputs[0]->shape.size[1];
    int *labels = state_labels(tensor);
    for (int n = 0; n < batch; n++) {
        float label = tensor->inputs[1]->values[n];
        bool is_class = label >= 0 && label < (float)classes && label == (float)(int)label;
        require(is_class,
                "%s: label %d of the batch is %g; with %d classes it must be 0 to %d, and whole",
                tensor->name, n, (double)label, classes, classes - 1);
        labels[n] = (int)label;
    }
    tensor->values[0] = kernel(batch, classes, node->label_smoothing, tensor->inputs[0]->values,
                               labels, tensor->state);
}

static void cross_entropy_forward(Tensor *tensor) {
    cross_entropy_forward_by(tensor, softmax_cross_entropy_forward);
}

static void cross_entropy_loops_forward(Tensor *tensor) {
    cross_entropy_forward_by(tensor, softmax_cross_entropy_forward_loops);
}

static void cross_entropy_backward_by(Tensor *tensor,
                                      __typeof__(softmax_cross_entropy_backward) *kernel) {
    const CrossEntropyNode *node = tensor->options;
    int batch = tensor->inputs[0]->shape.size[0], classes = tensor->inputs[0]->shape.size[1];
    kernel(batch, classes, node->label_smoothing, tensor->state, state_labels(tensor),
           tensor->gradient[0], input_gradient(tensor, 0));
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
    require(logits->shape.size[0] == labels->shape.size[0], "%s: %d rows of logits but %d labels",
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

static void squared_error_forward(Tensor *tensor) {
    tensor->values[0] =
        mean_squared_error_forward(shape_count(tensor->inputs[0]->shape), tensor->inputs[0]->values,
                                   tensor->inputs[1]->values);
}

static void squared_error_loops_forward(Tensor *tensor) {
    tensor->values[0] =
        mean_squared_error_forward_naive(shape_count(tensor->inputs[0]->shape),
                                         tensor->inputs[0]->values, tensor->inputs[1]->values);
}

static void squared_error_backward(Tensor *tensor) {
    mean_squared_error_backward(shape_count(tensor->inputs[0]->shape), tensor->inputs[0]->values,
                                tensor->inputs[1]->values, tensor->gradient[0],
                                input_gradient(tensor, 0));
}

static void squared_error_loops_backward(Tensor *tensor) {
    mean_squared_error_backward_naive(shape_count(tensor->inputs[0]->shape),
                                      tensor->inputs[0]->values, tensor->inputs[1]->values,
                                      tensor->gradient[0], input_gradient(tensor, 0));
}

static const Operation operation_mean_squared_error = {.name = "mean_squared_error",
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
            "%s: predictions of shape %s, targets of shape %s",
            tensor_place(predictions, "mean_squared_error"), shape_text(predictions->shape, one),
            shape_text(targets->shape, other));
    require(!targets->operation, "%s: the targets must be a graph input",
            tensor_place(predictions, "mean_squared_error"));
    return tensor_record(&operation_mean_squared_error, NULL, predictions, targets, shape1(1), NULL,
                         0);
}
