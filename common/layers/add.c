/* Addition: the place where a shortcut joins again. Both inputs get the gradient as it is. */
#include "base/error.h"
#include "kernels/elementwise.h"
#include "kernels/naive.h"
#include "layers/nodes.h"

static void forward(Tensor *tensor) {
    add_forward(shape_count(tensor->shape), tensor->inputs[0]->values, tensor->inputs[1]->values,
                tensor->values);
}

static void loops_forward(Tensor *tensor) {
    add_forward_naive(shape_count(tensor->shape), tensor->inputs[0]->values,
                      tensor->inputs[1]->values, tensor->values);
}

const Operation operation_add = {.name = "add",
                                 .forward = forward,
                                 .loops_forward = loops_forward,
                                 .fuse = fuse_addition,
                                 .passes_gradient = 3,
                                 .forward_in_place = true};

Tensor *add(Tensor *a, Tensor *b) {
    tensor_graph(a);
    tensor_graph(b);
    char of_a[SHAPE_TEXT], of_b[SHAPE_TEXT];
    require(shape_equal(a->shape, b->shape),
            "%s: the shapes %s and %s differ; project the shortcut to the other's shape",
            tensor_place(a, "add"), shape_text(a->shape, of_a), shape_text(b->shape, of_b));
    return tensor_record(&operation_add, NULL, a, b, a->shape, NULL, 0);
}
