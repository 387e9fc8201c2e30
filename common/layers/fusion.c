/* The compile step's fusions: recorded operations become fewer passes over memory.
 *
 *   pad, conv2d            the convolution reads zeros outside the image itself
 *   batch norm, relu       one pass
 *   conv2d, add            the convolution adds the shortcut while it writes
 *   batch norm + relu, conv2d   the convolution applies both while it reads; the activated
 *                          tensor never exists in memory
 *
 * A tensor in between that is kept, or that has another reader, stays as recorded. */
#include "layers/fusion.h"

#include "layers/nodes.h"

/* How many operations read the tensor. */
static int count_readers(const Tensor *tensor) {
    const Graph *graph = tensor->graph;
    int readers = 0;
    for (int i = tensor->index + 1; i < graph->count; i++)
        for (int j = 0; j < MAX_INPUTS; j++)
            readers += !graph->tensors[i]->replaced_by && graph->tensors[i]->inputs[j] == tensor;
    return readers;
}

static bool is_private(const Tensor *tensor, const Operation *operation) {
    return tensor->operation == operation && !tensor->kept && count_readers(tensor) == 1;
}

/* Puts replacement in the place of tensor, for operations that read it and for tensor_read(). */
static void replace(Tensor *tensor, Tensor *replacement) {
    Graph *graph = tensor->graph;
    for (int i = tensor->index + 1; i < graph->count; i++)
        for (int j = 0; j < MAX_INPUTS; j++)
            if (graph->tensors[i]->inputs[j] == tensor)
                graph->tensors[i]->inputs[j] = replacement;
    tensor->replaced_by = replacement;
    replacement->holds_others = true;
    replacement->kept |= tensor->kept;
}

/* Zeros around height and width alone become the convolution's own padding. */
void fuse_padding(Tensor *conv) {
    Tensor *padded = conv->inputs[0];
    if (!is_private(padded, &operation_pad))
        return;
    const PadNode *pad = padded->options;
    if (pad->memory_paddings[0][0] || pad->memory_paddings[0][1] || pad->memory_paddings[3][0] ||
        pad->memory_paddings[3][1])
        return;
    Conv2DShape *shape = &((Conv2DNode *)conv->options)->shape;
    shape->in_height = pad->shape[1];
    shape->in_width = pad->shape[2];
    shape->pad_top += pad->memory_paddings[1][0];
    shape->pad_left += pad->memory_paddings[2][0];
    conv->inputs[0] = padded->inputs[0];
    padded->replaced_by = padded->inputs[0];
}

void fuse_relu(Tensor *activated) {
    Tensor *normalised = activated->inputs[0];
    if (!is_private(normalised, &operation_batch_normalization))
        return;
    ((BatchNormNode *)normalised->options)->relu = true;
    replace(activated, normalised);
}

/* An input that is a convolution without other readers takes the other input as its addend, if that
 * input is computed before the convolution. */
void fuse_addition(Tensor *sum) {
    for (int i = 0; i < 2; i++) {
        Tensor *conv = sum->inputs[i], *addend = sum->inputs[1 - i];
        if (is_private(conv, &operation_conv2d) && !conv->inputs[1] &&
            addend->index < conv->index) {
            conv->inputs[1] = addend;
            replace(sum, conv);
            return;
        }
    }
}

bool batch_norm_is_applied_by_readers(const Tensor *normalised) {
    if (normalised->kept || !((const BatchNormNode *)normalised->options)->relu ||
        normalised->shape.rank != 4)
        return false;
    const Graph *graph = normalised->graph;
    for (int i = normalised->index + 1; i < graph->count; i++) {
        const Tensor *reader = graph->tensors[i];
        if (reader->replaced_by)
            continue;
        if (reader->inputs[1] == normalised ||
            (reader->inputs[0] == normalised && reader->operation != &operation_conv2d))
            return false;
    }
    return true;
}
