/* Addition, by which a shortcut joins again. Both inputs get the output's gradient unchanged. */
#include "base/error.h"
#include "kernels/elementwise.h"
#include "kernels/naive.h"
#include "layers/fusion.h"
#include "layers/nodes.h"

static void forward(Tensor *tensor) {
    add_forward(shape_count(tensor->shape), tensor->inputs[0]->values, tensor->inputs[1]->values,
                tensor->values);
}

static void loops_forward(Tensor *tensor) {
    add_forward_naive(shape_count(tensor->shape), tensor->inputs[0]->values,
                      tensor->inputs[1]->values, tensor->values);
}

/* An input that is a convolution without other readers takes the other input as its addend, if that
 * input is computed before the convolution. */
static void fuse_addition(Tensor *sum) {
    for (int i = 0; i < 2; i++) {
        Tensor *conv = sum->inputs[i], *addend = sum->inputs[1 - i];
        if (fusion_is_private(conv, &operation_conv2d) && !conv->inputs[1] &&
            addend->index < conv->index) {
            conv->inputs[1] = addend;
            fusion_replace(sum, conv);
            return;
        }
    }
}

static const Operation operation_add = {.name = "add",
                                        .forward = forward,
                                        .loops_forward = loops_forward,
                                        .fuse = fuse_addition,
                                        .passes_gradient = 3,
                                        .forward_in_place = true};

Tensor *add(Tensor *a, Tensor *b) {
    tensor_graph(a);
    tensor_graph(b);
    char a_text[SHAPE_TEXT], b_text[SHAPE_TEXT];
    require(shape_equal(a->shape, b->shape),
            "%s: the shapes %s and %s differ; project the shortcut to the other's shape",
            tensor_place(a, "add"), shape_text(a->shape, a_text), shape_text(b->shape, b_text));
    return tensor_record(&operation_add, NULL, a, b, a->shape, NULL, 0);
}
