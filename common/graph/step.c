/* A step of the backward pass, where gradients have memory already. */
#include "base/clock.h"
#include "graph/operation.h"
#include "kernels/elementwise.h"

#include <string.h>

static bool needs_staging(const Tensor *tensor, int input) {
    return tensor->accumulate[input] &&
           (tensor->graph->options.loops || !tensor->operation->accumulates);
}

/* Runs the operation's backward. If an input's gradient holds another share already and the
 * operation can only write, the operation writes into staging, and the two shares are added. */
static void run_backward(Tensor *tensor) {
    float *held[MAX_INPUTS] = {NULL};
    float *staging = tensor->graph->staging;
    for (int i = 0; i < MAX_INPUTS && tensor->inputs[i]; i++)
        if (needs_staging(tensor, i)) {
            held[i] = tensor->inputs[i]->gradient;
            tensor->inputs[i]->gradient = staging;
            staging += shape_count(tensor->inputs[i]->shape);
        }
    const Operation *operation = tensor->operation;
    bool loops = tensor->graph->options.loops && operation->loops_backward;
    (loops ? operation->loops_backward : operation->backward)(tensor);
    for (int i = 0; i < MAX_INPUTS; i++)
        if (held[i]) {
            Tensor *input = tensor->inputs[i];
            add_forward(shape_count(input->shape), held[i], input->gradient, held[i]);
            input->gradient = held[i];
        }
}

static void pass_gradient(const BackwardStep *step) {
    size_t count = shape_count(step->tensor->shape);
    if (step->accumulate)
        add_forward(count, step->tensor->gradient, step->source->gradient, step->tensor->gradient);
    else
        memcpy(step->tensor->gradient, step->source->gradient, count * sizeof(float));
}

void backward_step_run(const BackwardStep *step) {
    Tensor *tensor = step->tensor;
    double start = tensor->graph->profile ? clock_seconds() : 0;
    if (step->source)
        pass_gradient(step);
    else
        run_backward(tensor);
    if (tensor->graph->profile)
        tensor->backward_seconds += clock_seconds() - start;
}
